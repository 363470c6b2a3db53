// The accounts and owners that stand in one place, of all that a batch changes. Pure.

import type { StockRows } from '../postgres/writing.ts';

export function shareOf(
  { accounts, owners }: StockRows,
  isThere: (owner: string) => boolean,
): StockRows {
  return {
    accounts: accounts.filter(({ owner }) => isThere(owner.owner)),
    owners: owners.filter(({ owner }) => isThere(owner)),
  };
}

export function isNothing({ accounts, owners }: StockRows): boolean {
  return accounts.length + owners.length === 0;
}

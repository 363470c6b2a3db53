// All accounts of an owner as one text, and back: `name balance floor inflow`, one after the other, with spaces
// between. Names of accounts have none (kernel/accounts.ts).

import type { AccountState } from '../contract.ts';

const PARTS = 4;

export interface NamedAccount extends AccountState {
  name: string;
}

export function accountsText(accounts: readonly NamedAccount[]): string {
  let text = '';
  for (const { name, balance, floor, inflow } of accounts) {
    text += `${text === '' ? '' : ' '}${name} ${balance} ${floor} ${inflow}`;
  }
  return text;
}

export function accountsOf(text: string): NamedAccount[] {
  const accounts: NamedAccount[] = [];
  const parts = text === '' ? [] : text.split(' ');
  for (let at = 0; at < parts.length; at += PARTS) {
    accounts.push({
      name: parts[at]!,
      balance: Number(parts[at + 1]),
      floor: Number(parts[at + 2]),
      inflow: Number(parts[at + 3]),
    });
  }
  return accounts;
}

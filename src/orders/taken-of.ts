// How much was taken under limits, as their accounts say. Only reads.

import type { Engine } from '../engines/contract.ts';
import { type LimitAccounts, nameOf, ownerOf } from '../kernel/accounts.ts';

export async function takenOf(
  engine: Engine,
  accounts: readonly LimitAccounts[],
): Promise<number[]> {
  const owners = await engine.owners(accounts.map(({ used }) => ownerOf(used)));
  return accounts.map(({ granted }, index) => {
    return owners[index]?.accounts[nameOf(granted)]?.balance ?? 0;
  });
}

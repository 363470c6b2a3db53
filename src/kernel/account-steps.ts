// What a floor and a move make of accounts: the same when a batch is decided and when the journal is
// taken into memory or tables; and what can still be moved. Checks nothing; whoever decides does.

import type { AccountState } from '../engines/contract.ts';

/** What an account can give. */
export function spareOf({ balance, floor }: Readonly<AccountState>): number {
  return Math.max(0, balance - floor);
}

/** A floor that goes down gives more to sell, like units that come in. */
export function setFloor(account: AccountState, floor: number): void {
  if (floor < account.floor) account.inflow += 1;
  account.floor = floor;
}

export function moveUnits(from: AccountState, to: AccountState, quantity: number): void {
  from.balance -= quantity;
  to.balance += quantity;
  to.inflow += 1;
}

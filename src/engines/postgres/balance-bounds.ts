// Between which balances a decided batch holds: the guard that its write states. Every step counts, not
// only the sum: two units that are taken and given back must have been there. Pure.

import { BALANCE_MAX } from '../../kernel/accounts.ts';
import type { Applied } from '../../kernel/apply.ts';
import type { AccountId } from '../contract.ts';

/** Balances before the batch with which each of its moves can be made. */
export interface BalanceBounds {
  least: number;
  most: number;
}

interface Run extends BalanceBounds {
  floor: number;
  /** What the moves so far have added. */
  added: number;
}

export function balanceBounds({ entries, accounts }: Applied): Map<AccountId, BalanceBounds> {
  const runs = new Map<AccountId, Run>(
    accounts.map(({ id, was }) => {
      return [id, { least: -BALANCE_MAX, most: BALANCE_MAX, floor: was?.floor ?? 0, added: 0 }];
    }),
  );
  for (const { floors = [], moves } of entries) {
    for (const { account, floor } of floors) runs.get(account)!.floor = floor;
    for (const { from, to, quantity } of moves) {
      const source = runs.get(from)!;
      source.added -= quantity;
      source.least = Math.max(source.least, source.floor - source.added);
      const target = runs.get(to)!;
      target.added += quantity;
      target.most = Math.min(target.most, BALANCE_MAX - target.added);
    }
  }
  return runs;
}

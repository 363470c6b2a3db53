// How long work that documents ask for may wait before it is given again. Only tests that kill processes
// set a bound, with HOLDFAST_WORK_WAIT_MAX_MS: without one, what a dead process had begun is another's
// after a minute.

import type { Transaction } from '../engines/contract.ts';
import { asksForWork } from '../kernel/turns.ts';

const WAIT_MAX_MS = Number(process.env.HOLDFAST_WORK_WAIT_MAX_MS ?? Number.POSITIVE_INFINITY);

/** The same transaction; its documents ask for work no later than the bound. */
export function boundWaits(transaction: Transaction): Transaction {
  if (WAIT_MAX_MS === Number.POSITIVE_INFINITY) return transaction;
  for (const write of transaction.writes ?? []) {
    const { deadline } = write;
    if (deadline === undefined || !('afterMs' in deadline) || !asksForWork(write)) continue;
    write.deadline = { ...deadline, afterMs: Math.min(deadline.afterMs, WAIT_MAX_MS) };
  }
  return transaction;
}

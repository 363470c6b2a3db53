// A node's store that fails when the test says so: a commit is not made, or is made and nobody hears of
// it, or nothing can be read any more. One kind of step alone meets with it; the rest goes on.

import type { Document, Outcome, Transaction } from '../../src/engines/contract.ts';
import { MemoryEngine } from '../../src/engines/memory.ts';
import { HoldfastError } from '../../src/errors.ts';

/** What a confirm commits: its first step, its last, and what is done where it was refused. */
export const CONFIRM_STEPS = [
  'reservation.confirming',
  'reservation.confirmed',
  'reservation.cancelled',
] as const;
export type ConfirmStep = (typeof CONFIRM_STEPS)[number];

/** Before the commit; after it, its answer; or its answer comes and nothing can be read from then on. */
export type LostWhen = 'before' | 'after' | 'then unread';

export class LosingEngine extends MemoryEngine {
  /** By the event that tells of the step. */
  loses: { step: string; when: LostWhen } | undefined;
  isUnread = false;
  /** Commits that met with it. */
  lost = 0;

  override async commit(batch: readonly Transaction[]): Promise<Outcome[]> {
    const { loses } = this;
    if (loses === undefined || !batch.every((each) => has(each, loses.step))) {
      return super.commit(batch);
    }
    this.lost += 1;
    if (loses.when === 'before') throw new HoldfastError('unavailable', 'lost before');
    const answered = await super.commit(batch);
    if (loses.when === 'after') throw new HoldfastError('unavailable', 'lost after');
    this.isUnread = true;
    return answered;
  }

  override async documents(ids: readonly string[]): Promise<(Document | undefined)[]> {
    if (this.isUnread && ids[0] !== 'none') throw new HoldfastError('unavailable', 'not read');
    return super.documents(ids);
  }
}

function has({ events }: Transaction, step: string): boolean {
  return events.some(({ type }) => type === step);
}

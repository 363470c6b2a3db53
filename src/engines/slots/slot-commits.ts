// Commits transactions one by one and has them carried to each slot in batches: what comes while a batch is being
// decided makes up the next one. Keeps the order in which it was asked. Decides nothing.

import type { Outcome, Transaction } from '../contract.ts';
import type { Slot } from './slot.ts';

const BATCH_MAX = 256;
const UNDER_WAY_MAX = 2;

interface Waiting {
  transaction: Transaction;
  resolve(outcome: Outcome | Promise<Outcome>): void;
  reject(error: unknown): void;
}

class Lane {
  readonly #slot: Slot;
  #waiting: Waiting[] = [];
  #underWay = 0;
  #isDue = false;

  constructor(slot: Slot) {
    this.#slot = slot;
  }

  add(waiting: Waiting): void {
    this.#waiting.push(waiting);
    this.#flushSoon();
  }

  /** Those who go on together after one answer come together again. */
  #flushSoon(): void {
    if (this.#isDue || this.#underWay >= UNDER_WAY_MAX) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      if (this.#waiting.length > 0) void this.#commit(this.#waiting.splice(0, BATCH_MAX));
    });
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    this.#underWay += 1;
    try {
      const answers = await this.#slot.commit(batch.map(({ transaction }) => transaction));
      for (const [index, { resolve }] of batch.entries()) resolve(answers[index]!);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      this.#underWay -= 1;
      if (this.#waiting.length > 0) this.#flushSoon();
    }
  }
}

export class SlotCommits {
  readonly #slots: readonly Slot[];
  readonly #lanes: readonly Lane[];

  constructor(slots: readonly Slot[]) {
    this.#slots = slots;
    this.#lanes = slots.map((slot) => new Lane(slot));
  }

  commit(slot: number, transaction: Transaction): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.#lanes[slot]!.add({ transaction, resolve, reject });
    });
  }

  /**
   * Answers only once it is recorded: a slot that is lost comes back from its record, and what another slot has
   * built on must then be there. Also where something that was decided before stands against it.
   *
   * @throws HoldfastError `unavailable`: whether it was decided, or will be recorded, is not known
   */
  async commitRecorded(slot: number, transaction: Transaction): Promise<Outcome> {
    const outcome = await this.commit(slot, transaction);
    // At once: it is of the life of the slot in which it was decided.
    if (outcome.ok || outcome.refusal.code === 'document') await this.#slots[slot]!.recorded();
    return outcome;
  }
}

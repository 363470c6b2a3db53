// Transactions that need a part, decided apart from those that do not: in batches of their own, so that a
// part that is away or slow holds up nobody else. Whoever needs what failed is told so; the others of his
// batch are decided without him.

import { HoldfastError } from '../../errors.ts';
import type { Answered, Transaction } from '../contract.ts';
import { touchedBy } from '../postgres/touched.ts';
import type { Asking } from './asking.ts';
import { failedPart } from './part.ts';
import type { Parts } from './parts.ts';

/** At most so many batches are under way, each with a prepared transaction in every part it needs. */
export const BATCHES_MAX = 2;
const BATCH_MAX = 256;
const WAITING_MAX = 10_000;

interface ApartOptions {
  parts: Parts;
  /** Decides a batch. */
  run(batch: readonly Transaction[]): Promise<Answered[]>;
}

export class Apart {
  readonly #options: ApartOptions;
  /** What came together stays together: it may build on each other. */
  readonly #groups: Asking[][] = [];
  #waiting = 0;
  #underWay = 0;

  constructor(options: ApartOptions) {
    this.#options = options;
  }

  /** What came together, in its order. */
  submit(group: readonly Asking[]): void {
    const left = group.filter((asking) => !this.#isRefused(asking));
    if (left.length === 0) return;
    this.#groups.push(left);
    this.#waiting += left.length;
    this.#fill();
  }

  /** As far as each can be decided, after an attempt at all of them has failed. */
  after(error: unknown, group: readonly Asking[]): void {
    this.#underWay += 1;
    void this.#without(group, error).finally(() => this.#end());
  }

  /** At once, where its part is known to be away, or too many wait. */
  #isRefused({ transaction, reject }: Asking): boolean {
    try {
      if (this.#waiting >= WAITING_MAX) {
        throw new HoldfastError('unavailable', 'too many wait for a part of the store');
      }
      const { elsewhere } = this.#options.parts.split(touchedBy([transaction]).owners);
      for (const [part] of elsewhere) part.checkThere();
      return false;
    } catch (error) {
      reject(error);
      return true;
    }
  }

  #fill(): void {
    while (this.#underWay < BATCHES_MAX && this.#groups.length > 0) {
      this.#underWay += 1;
      void this.#decide(this.#take()).finally(() => this.#end());
    }
  }

  #end(): void {
    this.#underWay -= 1;
    this.#fill();
  }

  #take(): Asking[] {
    const batch = this.#groups.shift()!;
    while (this.#groups.length > 0 && batch.length + this.#groups[0]!.length <= BATCH_MAX) {
      batch.push(...this.#groups.shift()!);
    }
    this.#waiting -= batch.length;
    return batch;
  }

  async #decide(batch: readonly Asking[]): Promise<void> {
    if (batch.length === 0) return;
    try {
      const answers = await this.#options.run(batch.map(({ transaction }) => transaction));
      for (const [index, { resolve }] of batch.entries()) resolve(answers[index]!);
    } catch (error) {
      await this.#without(batch, error);
    }
  }

  /** Tells those whom a failure is about, and decides the others. */
  async #without(batch: readonly Asking[], error: unknown): Promise<void> {
    const name = failedPart(error);
    const isOfStore = error instanceof HoldfastError && name === undefined;
    if (batch.length === 1 || isOfStore) {
      for (const { reject } of batch) reject(error);
      return;
    }
    const { partOf } = this.#options.parts;
    const needs = ({ transaction }: Asking) =>
      name !== undefined && touchedBy([transaction]).owners.some((owner) => partOf(owner) === name);
    const others = batch.filter((asking) => !needs(asking));
    if (others.length < batch.length) {
      for (const asking of batch) if (needs(asking)) asking.reject(error);
      await this.#decide(others);
      return;
    }
    // It is one of them, and not known which. Halves find it out.
    const half = batch.length >> 1;
    await this.#decide(batch.slice(0, half));
    await this.#decide(batch.slice(half));
  }
}

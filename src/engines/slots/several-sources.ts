// Whether a refusal is the last word on units that may come from several places, as from the segments of one pool.
// Slots are looked at one after the other: units may have come in behind a look, be undecided, or be past their
// deadline. Where none did and none are, what there is has only grown less since. Changes nothing.

import { BALANCE_MAX, nameOf, ownerOf } from '../../kernel/accounts.ts';
import type { AccountId, Transaction } from '../contract.ts';
import type { Reading } from './filling.ts';
import type { Placement } from './placement.ts';
import type { Settling } from './settling.ts';
import type { Shortage } from './slot-reads.ts';
import { AGAIN } from './steps.ts';

export class SeveralSources {
  readonly #reading: Reading;
  readonly #accounts: readonly AccountId[];
  readonly #inflows: readonly number[];

  private constructor(
    reading: Reading,
    accounts: readonly AccountId[],
    inflows: readonly number[],
  ) {
    this.#reading = reading;
    this.#accounts = accounts;
    this.#inflows = inflows;
  }

  /** To be asked for before anything of the transaction is looked at. */
  static async of(transaction: Transaction, reading: Reading): Promise<SeveralSources> {
    const accounts = partialSources(transaction);
    if (accounts.length === 0) return new SeveralSources(reading, [], []);
    const states = await reading.owners(accounts.map(ownerOf));
    const inflows = accounts.map((id, at) => states[at]?.accounts[nameOf(id)]?.inflow ?? 0);
    return new SeveralSources(reading, accounts, inflows);
  }

  async lastWord(refusal: Shortage): Promise<Shortage | typeof AGAIN> {
    if (this.#accounts.length === 0 || refusal.due.length > 0) return refusal;
    // Each slot says all of one account at one moment.
    const all = this.#accounts.map((each) => this.#reading.shortage(each, BALANCE_MAX));
    const said = await Promise.all(all);
    const due = said.find((each) => each !== undefined && each.due.length > 0)?.due;
    if (due !== undefined) return { ...refusal, due };
    if (said.some((each) => each?.tentative)) return { ...refusal, tentative: true };
    return said.every((each, at) => each?.inflow === this.#inflows[at]) ? refusal : AGAIN;
  }

  /** Until what is undecided on any of them has been decided, or a moment. */
  async wait({ account }: Shortage, placement: Placement, settling: Settling): Promise<void> {
    const accounts = new Set([account, ...this.#accounts]);
    const all = [...accounts].map((each) => settling.waitFor(placement.ofAccount(each), each));
    await Promise.all(all);
  }
}

/** All accounts that a transaction takes from, if any of them may give less than it is asked for. */
function partialSources({ moves = [] }: Transaction): AccountId[] {
  const isPartial = moves.some(({ quantity, quantityMin = quantity }) => quantityMin < quantity);
  if (!isPartial) return [];
  return [...new Set(moves.flatMap(({ legs }) => legs.map(({ from }) => from)))];
}

// Whether a refusal is the last word on units that may come from several places, as from the segments of one pool.
// Slots are looked at one after the other: units may have come in behind a look, be undecided, or be past their
// deadline. Where none did and none are, what there is has only grown less since. Changes nothing.

import { BALANCE_MAX, nameOf, ownerOf } from '../../kernel/accounts.ts';
import type { AccountId, Transaction } from '../contract.ts';
import type { Reading } from './filling.ts';
import type { Placement } from './placement.ts';
import type { Settling } from './settling.ts';
import type { Shortage } from './shortages.ts';
import { AGAIN } from './steps.ts';

/** Units come from one to the other if there are any: what is left of a whole may stand in either. */
interface Gathering {
  from: AccountId;
  to: AccountId;
}

export class SeveralSources {
  readonly #reading: Reading;
  readonly #gatherings: readonly Gathering[];
  readonly #inflows = new Map<AccountId, number>();

  private constructor(reading: Reading, gatherings: readonly Gathering[]) {
    this.#reading = reading;
    this.#gatherings = gatherings;
  }

  /** To be asked for before anything of the transaction is looked at. */
  static async of(transaction: Transaction, reading: Reading): Promise<SeveralSources> {
    const sources = new SeveralSources(reading, gatheringsIn(transaction));
    await sources.#noteInflows();
    return sources;
  }

  async lastWord(refusal: Shortage): Promise<Shortage | typeof AGAIN> {
    const accounts = this.#behind(refusal);
    const { shortages } = this.#reading;
    if (accounts.length === 1 || refusal.due.length > 0) {
      const full = await shortages.inAllSlots(refusal);
      const mayStand = full.due.length > 0 || full.tentative || full.inflow === refusal.inflow;
      return mayStand ? full : AGAIN;
    }
    // Each slot says all of one account at one moment.
    const all = accounts.map((each) => shortages.on(each, BALANCE_MAX));
    const said = await Promise.all(all);
    const due = said.find((each) => each !== undefined && each.due.length > 0)?.due;
    if (due !== undefined) return { ...refusal, due };
    if (said.some((each) => each?.tentative)) return { ...refusal, tentative: true };
    const isAsBefore = said.every((each, at) => each?.inflow === this.#inflows.get(accounts[at]!));
    return isAsBefore ? refusal : AGAIN;
  }

  /** Until what is undecided on any of them has been decided, or a moment. */
  async wait(refusal: Shortage, placement: Placement, settling: Settling): Promise<void> {
    const accounts = this.#behind(refusal);
    await Promise.all(accounts.map((each) => settling.waitFor(placement.ofAccount(each), each)));
  }

  /** The account that is short, and those that it gathers from. */
  #behind({ account }: Shortage): AccountId[] {
    const sources = this.#gatherings.filter(({ to }) => to === account).map(({ from }) => from);
    return [...new Set([account, ...sources])];
  }

  async #noteInflows(): Promise<void> {
    const accounts = [...new Set(this.#gatherings.flatMap(({ from, to }) => [from, to]))];
    if (accounts.length === 0) return;
    const states = await this.#reading.owners(accounts.map(ownerOf));
    for (const [at, account] of accounts.entries()) {
      this.#inflows.set(account, states[at]?.accounts[nameOf(account)]?.inflow ?? 0);
    }
  }
}

function gatheringsIn({ moves = [] }: Transaction): Gathering[] {
  return moves
    .filter(({ quantity, quantityMin = quantity }) => quantityMin < quantity)
    .flatMap(({ legs }) =>
      legs.flatMap(({ from, to }) => (typeof to === 'string' ? [{ from, to }] : [])),
    );
}

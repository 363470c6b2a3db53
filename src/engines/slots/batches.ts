// Commits a batch over several slots: what one slot can decide goes there at once, together as it came; what needs
// several, or builds on that, is decided apart (changes.ts), and answered by a promise.

import { HoldfastError } from '../../errors.ts';
import type { Answered, CommitRefusal, Outcome, Transaction } from '../contract.ts';
import { Changed } from './apart.ts';
import type { Changes } from './changes.ts';
import type { DocumentPlaces } from './document-places.ts';
import { isPartial } from './fixed.ts';
import { isMadeHere, type Placement } from './placement.ts';
import { RequestPlaces } from './request-places.ts';
import { routeOf, unplacedIn } from './route.ts';
import type { Shortage, Shortages } from './shortages.ts';
import type { Slot } from './slot.ts';
import { isTrace, isWaiting } from './undecided-document.ts';
import { decisionIn } from './whole.ts';

interface BatchesOptions {
  slots: readonly Slot[];
  placement: Placement;
  places: DocumentPlaces;
  shortages: Shortages;
  changes: Changes;
}

export class Batches {
  readonly #options: BatchesOptions;
  readonly #placement: Placement;
  readonly #places: DocumentPlaces;
  readonly #changes: Changes;
  readonly #requests = new RequestPlaces();
  /** Where else their requests were asked for. */
  readonly #elsewhere = new WeakMap<Transaction, number>();
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(options: BatchesOptions) {
    this.#options = options;
    this.#placement = options.placement;
    this.#places = options.places;
    this.#changes = options.changes;
  }

  async commit(batch: readonly Transaction[]): Promise<Answered[]> {
    const unplaced = batch.flatMap(unplacedIn).filter((id) => this.#places.known(id) === undefined);
    if (unplaced.length > 0) await this.#places.read([...new Set(unplaced)]);
    const answers: Answered[] = new Array(batch.length);
    const alone = this.#options.slots.map((): number[] => []);
    const apart: number[] = [];
    const changed = new Changed();
    for (const [place, transaction] of batch.entries()) {
      const slot = this.#soleSlotOf(transaction);
      if (slot === undefined || (!changed.isEmpty && changed.under(transaction).size > 0)) {
        apart.push(place);
        changed.add(place, transaction);
      } else alone[slot]!.push(place);
    }
    const decided = alone.map((places, slot) =>
      this.#decideAlone(slot, places, { batch, answers }),
    );
    await Promise.all(decided);
    if (apart.length > 0) this.#decideApart(apart, { batch, answers });
    return answers;
  }

  /** Until all that was promised is answered. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }

  /** The only slot that a transaction needs. */
  #soleSlotOf(transaction: Transaction): number | undefined {
    const { request, floors, moves, writes } = transaction;
    // Nothing says where it was decided the first time.
    if (request && !floors?.length && !moves?.length && !writes?.length) return undefined;
    const placing = { placement: this.#placement, placeOf: (id: string) => this.#places.of(id) };
    const { home, slots } = routeOf(transaction, placing);
    this.#checkReleases(transaction);
    // The rest of the batch may build on what it makes.
    for (const { id, fresh } of writes ?? []) {
      if (fresh === true && isMadeHere(id)) this.#places.remember(id, home);
    }
    if (request !== undefined) {
      const before = this.#requests.first(request, home);
      if (before !== home) {
        this.#elsewhere.set(transaction, before);
        return undefined;
      }
    }
    // A slot by itself does not know what is due of documents in others.
    if (isPartial(transaction)) return undefined;
    return slots.size === 1 ? home : undefined;
  }

  /** A slot can only find out where released units go where all of that is in it. */
  #checkReleases({ writes = [] }: Transaction): void {
    for (const { id, releaseTo } of writes) {
      if (typeof releaseTo !== 'object') continue;
      const target = this.#placement.ofOwner(releaseTo.release);
      if (target === this.#placement.ofDocument(id)) continue;
      const pool = id.slice('pool:'.length);
      const what = `${pool} passes its units on to ${releaseTo.release} in another slot`;
      throw new HoldfastError('unavailable', `${what}; name them alike up to a colon`);
    }
  }

  async #decideAlone(
    slot: number,
    places: readonly number[],
    { batch, answers }: { batch: readonly Transaction[]; answers: Answered[] },
  ): Promise<void> {
    if (places.length === 0) return;
    const own = places.map((place) => batch[place]!);
    let decided: Answered[];
    try {
      decided = await this.#options.slots[slot]!.commit(own);
    } catch (error) {
      if (places.length === batch.length) throw error;
      // The others have been decided all the same.
      for (const place of places) answers[place] = this.#promised(Promise.reject(error));
      return;
    }
    for (const [index, place] of places.entries()) {
      answers[place] = this.#answered(slot, decided[index]!, own[index]!);
    }
  }

  /** A slot's answer, where it can stand. */
  #answered(slot: number, answer: Answered, transaction: Transaction): Answered {
    if (answer instanceof Promise) {
      return this.#promised(answer.then((outcome) => this.#answered(slot, outcome, transaction)));
    }
    if (answer.ok) {
      const { repeated, entry } = answer;
      if (repeated) {
        return decisionIn(entry) === undefined
          ? answer
          : this.#promised(this.#changes.repeated(answer));
      }
      for (const { id, version } of entry.documents) {
        if (version === 1 && isMadeHere(id)) this.#places.remember(id, slot);
      }
      return answer;
    }
    const { refusal } = answer;
    if (!isLastWord(refusal, transaction)) return this.#promised(this.#changes.run(transaction));
    if (refusal.code !== 'insufficient') return answer;
    return this.#promised(this.#short(refusal, transaction));
  }

  /** With what is due in other slots; asked again where something may have come in since. */
  async #short(refusal: Shortage, transaction: Transaction): Promise<Outcome> {
    const full = await this.#options.shortages.inAllSlots(refusal);
    const isAsBefore = full.inflow === refusal.inflow;
    const mayStand = full.due.length > 0 || (isAsBefore && isLastWord(full, transaction));
    return mayStand ? { ok: false, refusal: full } : this.#changes.run(transaction);
  }

  /** Each as soon as those are decided that it builds on. */
  #decideApart(
    apart: readonly number[],
    { batch, answers }: { batch: readonly Transaction[]; answers: Answered[] },
  ): void {
    const changed = new Changed();
    const decided = new Map<number, Promise<unknown>>();
    for (const place of apart) {
      const transaction = batch[place]!;
      const before = [...changed.under(transaction)].map((each) => decided.get(each)!);
      changed.add(place, transaction);
      const outcome = this.#promised(
        before.length === 0
          ? this.#runApart(transaction)
          : Promise.allSettled(before).then(() => this.#runApart(transaction)),
      );
      decided.set(place, outcome);
      answers[place] = outcome;
    }
  }

  async #runApart(transaction: Transaction): Promise<Outcome> {
    const { request, floors, moves, writes } = transaction;
    const before = this.#elsewhere.get(transaction);
    if (request && before !== undefined) {
      const first = await this.#changes.firstAnswer(before, request);
      if (first !== undefined) return first;
    }
    if (request && !floors?.length && !moves?.length && !writes?.length) {
      const first = await this.#changes.firstAnswerAnywhere(request);
      if (first !== undefined) return first;
    }
    const outcome = await this.#changes.run(transaction);
    if (outcome.ok && request && before !== undefined) {
      const placing = { placement: this.#placement, placeOf: (id: string) => this.#places.of(id) };
      this.#requests.remember(request, routeOf(transaction, placing).home);
    }
    return outcome;
  }

  #promised<T extends Answered>(outcome: Promise<T>): Promise<Outcome> {
    const promise = outcome as Promise<Outcome>;
    this.#underWay.add(promise);
    const done = () => this.#underWay.delete(promise);
    // Unheard, a failure would end the process.
    promise.then(done, done);
    return promise;
  }
}

/** Whether nothing that is undecided has a say in it. */
function isLastWord(refusal: CommitRefusal, transaction: Transaction): boolean {
  if (refusal.code === 'insufficient') {
    return refusal.due.length > 0 || !(refusal.tentative || isPartial(transaction));
  }
  if (refusal.code === 'document') {
    const { found } = refusal;
    return found === undefined || !(isWaiting(found) || isTrace(found));
  }
  return refusal.code !== 'request-reused' || decisionIn(refusal.first) === undefined;
}

// Carries a transaction through that may need several slots: looks whether its request was answered before, fills
// in what only the commit knows, has it decided (steps.ts), and again where something has moved meanwhile. Holds
// no rule of its own: slots refuse.

import { setTimeout as delay } from 'node:timers/promises';
import { HoldfastError } from '../../errors.ts';
import { newId } from '../../ids.ts';
import { nameOf, ownerOf } from '../../kernel/accounts.ts';
import type {
  AccountId,
  Decided,
  Document,
  DocumentId,
  Outcome,
  RequestIdentity,
  Transaction,
} from '../contract.ts';
import type { DocumentPlaces } from './document-places.ts';
import { fillingOf, firstRefusal, type Reading } from './filling.ts';
import { type FixedTransaction, fixed, isPartial } from './fixed.ts';
import { isMadeHere, type Placement } from './placement.ts';
import { type Route, routeOf, unplacedIn } from './route.ts';
import type { Settling } from './settling.ts';
import { SeveralSources } from './several-sources.ts';
import { type Share, sharesOf } from './shares.ts';
import type { Shortages } from './shortages.ts';
import type { SlotCommits } from './slot-commits.ts';
import { AGAIN, type Settled, Steps } from './steps.ts';
import { Traces } from './traces.ts';
import { asBefore, isWaiting } from './undecided-document.ts';
import { decisionIn, shownOf, wholeOf, writtenElsewhere } from './whole.ts';

/** Because something has moved meanwhile, or is not decided yet. */
const ATTEMPTS_MAX = 5;
const TENTATIVE_MAX = 3;
const APART_MAX_MS = 10;
/** A guard that no document ever passes: what comes before guards is all that is asked. */
const NEVER = { document: 'none:none', version: 0 };

export interface ChangesOptions extends Pick<Reading, 'owners' | 'dueMs'> {
  slots: number;
  placement: Placement;
  settling: Settling;
  places: DocumentPlaces;
  commits: SlotCommits;
  shortages: Shortages;
}

export class Changes {
  readonly #options: ChangesOptions;
  readonly #steps: Steps;

  constructor(options: ChangesOptions) {
    this.#options = options;
    const { commits, places, settling } = options;
    const settled = (outcome: Outcome, by: Settled) => this.#settled(outcome, by);
    this.#steps = new Steps({ commits, places, settling, settled });
  }

  /** @throws HoldfastError: whether it was accepted is not known but where it is `contended` */
  async run(transaction: Transaction): Promise<Outcome> {
    const outcome = await this.#decided(transaction);
    const { request } = transaction;
    if (outcome.ok || request === undefined || outcome.refusal.code === 'request-reused')
      return outcome;
    // Sent twice at once, it may have been accepted while slots were looked at: then that took the units.
    return (await this.firstAnswer(this.#routeOf(transaction).home, request)) ?? outcome;
  }

  async #decided(transaction: Transaction): Promise<Outcome> {
    const traces = new Traces();
    let tentative = 0;
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const sources = await SeveralSources.of(transaction, this.#reading());
      const outcome = await this.#attempt(transaction, traces);
      if (outcome === AGAIN) continue;
      if (outcome.ok || outcome.refusal.code !== 'insufficient') return outcome;
      const refusal = await sources.lastWord(outcome.refusal);
      if (refusal === AGAIN) continue;
      const mayEndOtherwise = refusal.tentative && refusal.due.length === 0;
      if (tentative === TENTATIVE_MAX || !mayEndOtherwise) return { ok: false, refusal };
      // And a little more: two who want each other's units meet no more.
      await sources.wait(refusal, this.#options.placement, this.#options.settling);
      await delay(Math.random() * APART_MAX_MS);
      tentative += 1;
    }
    throw new HoldfastError('contended');
  }

  /** What the first answer was, read together again where it came from several slots. */
  async repeated(outcome: Outcome): Promise<Outcome> {
    if (outcome.ok) return { ...outcome, entry: await this.#whole(outcome.entry) };
    const { refusal } = outcome;
    if (refusal.code !== 'request-reused') return outcome;
    return { ok: false, refusal: { ...refusal, first: await this.#whole(refusal.first) } };
  }

  /** A request without anything that says where it was decided. */
  async firstAnswerAnywhere(request: RequestIdentity): Promise<Outcome | undefined> {
    const slots = Array.from({ length: this.#options.slots }, (_, slot) => slot);
    const found = await Promise.all(slots.map((slot) => this.firstAnswer(slot, request)));
    return found.find((outcome) => outcome !== undefined);
  }

  async #attempt(transaction: Transaction, traces: Traces): Promise<Outcome | typeof AGAIN> {
    const { places, commits } = this.#options;
    await places.read(unplacedIn(transaction).filter((id) => places.known(id) === undefined));
    const { home, slots } = this.#routeOf(transaction);
    if (slots.size === 1) {
      const idle = isPartial(transaction) && (await fillingOf(transaction, this.#reading()));
      if (idle && 'code' in idle && idle.code === 'insufficient' && idle.due.length > 0) {
        return { ok: false, refusal: idle };
      }
      const guarded = traces.known(transaction);
      return this.#settled(await commits.commit(home, guarded), { slot: home, traces });
    }
    const { request } = transaction;
    const first = request && (await this.firstAnswer(home, request));
    if (first !== undefined) return first;
    const filling = await fillingOf(transaction, this.#reading());
    if ('code' in filling) return { ok: false, refusal: filling };
    const filled = fixed(traces.known(transaction), filling);
    const shares = sharesOf(filled, { ...this.#placing, home });
    const before = await this.#before(shares, home);
    if (before === undefined) return AGAIN;
    const floorsBefore = await this.#floorsBefore(filled);
    const decision = newId();
    const asked = { transaction, fixed: filled, shares, before, floorsBefore };
    const outcome = await this.#steps.decide({ ...asked, decision, home, traces });
    if (outcome === AGAIN || outcome.ok || outcome.refusal.code === 'request-reused')
      return outcome;
    // The slots are asked at once: of those that refuse, the caller is told the first in his order.
    const refusal = await firstRefusal(transaction, this.#reading());
    return refusal === undefined ? outcome : { ok: false, refusal };
  }

  get #placing() {
    const { places, placement } = this.#options;
    return { placement, placeOf: (id: DocumentId) => places.of(id) };
  }

  #routeOf(transaction: Transaction): Route {
    return routeOf(transaction, this.#placing);
  }

  /** What the parts are to change. Undefined: something of it is not decided; it was waited for. */
  async #before(shares: ReadonlyMap<number, Share>, home: number) {
    const { places, settling } = this.#options;
    const before = new Map<DocumentId, Document>();
    for (const [slot, { writes }] of shares) {
      if (slot === home) continue;
      for (const document of await places.read(writes.map(({ id }) => id))) {
        if (document === undefined) continue;
        if (isWaiting(document)) {
          await settling.waitForDocument(slot, document.id);
          return undefined;
        }
        before.set(document.id, document);
      }
    }
    return before;
  }

  /** To set them back where it comes to nothing. */
  async #floorsBefore({ floors }: FixedTransaction): Promise<Map<AccountId, number>> {
    const before = new Map<AccountId, number>();
    if (floors.length === 0) return before;
    const owners = await this.#options.owners(floors.map(({ account }) => ownerOf(account)));
    for (const [index, { account }] of floors.entries()) {
      before.set(account, owners[index]?.accounts[nameOf(account)]?.floor ?? 0);
    }
    return before;
  }

  /** A slot's answer as the caller's, or that it is to be tried again. */
  async #settled(outcome: Outcome, by: Settled): Promise<Outcome | typeof AGAIN> {
    if (outcome.ok) {
      if (outcome.repeated) return this.repeated(outcome);
      for (const { id } of outcome.entry.documents) {
        if (isMadeHere(id)) this.#options.places.remember(id, by.slot);
      }
      return outcome;
    }
    const { refusal } = outcome;
    if (refusal.code === 'request-reused') return this.repeated(outcome);
    if (refusal.code !== 'document') return outcome;
    const { document, found } = refusal;
    if (document === by.decision) return AGAIN;
    // It has changed since it was read to be marked: nobody has asked for that.
    if (by.marks?.has(document) && by.before?.get(document)?.version !== found?.version)
      return AGAIN;
    if (found !== undefined && isWaiting(found)) {
      await this.#options.settling.waitForDocument(by.slot, document);
      return AGAIN;
    }
    return by.traces.explained(refusal) ?? AGAIN;
  }

  /** What a request was answered by a slot. */
  async firstAnswer(slot: number, request: RequestIdentity): Promise<Outcome | undefined> {
    const asked = { request, guards: [NEVER], events: [] };
    const outcome = await this.#options.commits.commit(slot, asked);
    return outcome.ok || outcome.refusal.code === 'request-reused'
      ? this.repeated(outcome)
      : undefined;
  }

  #reading(): Reading {
    const { dueMs, owners, places, shortages } = this.#options;
    return {
      documents: (ids) => places.read(ids),
      ...{ owners, dueMs },
      shortages,
    };
  }

  async #whole(entry: Decided): Promise<Decided> {
    if (decisionIn(entry) === undefined) return entry;
    const others = await this.#options.places.read(writtenElsewhere(entry));
    return wholeOf(entry, shownOf(others.map(asBefore)));
  }
}

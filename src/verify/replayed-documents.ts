// Documents as the journal writes them: versions one by one, states along the tables, one final
// state at most, nothing expired before its time. Claims are counted elsewhere.

import type { CheckpointState, Document, DocumentId, Entry } from '../engines/contract.ts';
import { CAMPAIGN_STATES } from '../kernel/campaign.ts';
import { DELIVERY_ENDS, DELIVERY_TRANSITIONS } from '../kernel/delivery.ts';
import { DENIAL_NEXT } from '../kernel/denial.ts';
import { LEASE_TRANSITIONS } from '../kernel/lease.ts';
import { NOTICE_TRANSITIONS } from '../kernel/notice.ts';
import { orderData } from '../kernel/order.ts';
import { ORDER_TRANSITIONS, RESTING_STATES } from '../kernel/order-states.ts';
import { PAYMENT_FINAL, PAYMENT_NEXT } from '../kernel/payment.ts';
import { PLAN_NEXT } from '../kernel/plan-terms.ts';
import { FINAL_STATES, reservationData, TRANSITIONS } from '../kernel/reservation.ts';
import { RETURN_BEGINS, RETURN_FINAL_STATES, RETURN_TRANSITIONS } from '../kernel/return-states.ts';
import { SALE_TRANSITIONS } from '../kernel/sale.ts';
import { WAITER_ENDS, WAITER_TRANSITIONS, waiterData } from '../kernel/waiter.ts';
import { WEBHOOK_TRANSITIONS } from '../kernel/webhook.ts';
import type { Problems } from './problems.ts';

interface StateTable {
  /** From each state the states that may follow; `new` stands for none before, `leased` for a node's sale, `ordered` for an order's. */
  next: Readonly<Record<string, readonly string[]>>;
  final: ReadonlySet<string>;
  /** What is final may leave memory, and may still come back from there. */
  comesBack?: true;
}

const DELIVERY_TABLE: StateTable = {
  next: { new: ['PENDING', 'HELD'], ...followers(DELIVERY_TRANSITIONS) },
  final: DELIVERY_ENDS,
  comesBack: true,
};

const TABLES: Readonly<Record<string, StateTable>> = {
  reservation: {
    next: {
      new: ['HELD'],
      leased: ['CONFIRMED'],
      ordered: ['CONFIRMED'],
      ...Object.fromEntries(
        Object.entries(TRANSITIONS).map(([state, verbs]) => [
          state,
          Object.values(verbs).filter((next) => next in TRANSITIONS),
        ]),
      ),
    },
    final: FINAL_STATES,
  },
  allowance: {
    next: {
      new: ['COUNTED'],
      COUNTED: ['COUNTED', 'GIVEN_BACK', 'LAPSED'],
    },
    final: new Set(['GIVEN_BACK', 'LAPSED']),
  },
  lease: {
    next: { new: ['ACTIVE'], ACTIVE: Object.values(LEASE_TRANSITIONS.ACTIVE) },
    final: new Set(['CLOSED', 'EXPIRED', 'WRITTEN_OFF']),
  },
  campaign: {
    next: { new: ['ACTIVE', 'PAUSED', 'ENDED'], ...CAMPAIGN_STATES },
    final: new Set(),
  },
  codes: { next: { new: ['OPEN'], OPEN: ['OPEN'] }, final: new Set() },
  order: {
    next: {
      new: ['QUEUED', 'PENDING', 'RESERVED'],
      ...followers(ORDER_TRANSITIONS),
    },
    final: RESTING_STATES,
    comesBack: true,
  },
  denial: { next: { new: ['ACTIVE'], ...DENIAL_NEXT }, final: new Set() },
  sale: { next: { new: ['DRAFT'], ...followers(SALE_TRANSITIONS) }, final: new Set() },
  plan: { next: { new: ['ACTIVE'], ...PLAN_NEXT }, final: new Set() },
  payment: {
    next: { new: ['STARTING'], ...PAYMENT_NEXT },
    final: PAYMENT_FINAL,
    comesBack: true,
  },
  webhook: {
    next: { new: ['ACTIVE', 'PAUSED'], ...followers(WEBHOOK_TRANSITIONS) },
    final: new Set(),
    comesBack: true,
  },
  notice: {
    next: { new: ['ACTIVE', 'PAUSED'], ...followers(NOTICE_TRANSITIONS) },
    final: new Set(),
    comesBack: true,
  },
  cursor: { next: { new: ['ACTIVE'], ACTIVE: ['ACTIVE'] }, final: new Set() },
  delivery: DELIVERY_TABLE,
  message: DELIVERY_TABLE,
  line: { next: { new: ['OPEN'], OPEN: ['CLOSED'], CLOSED: ['OPEN'] }, final: new Set() },
  waiter: {
    next: { new: ['WAITING'], ...followers(WAITER_TRANSITIONS) },
    final: WAITER_ENDS,
  },
  return: {
    next: {
      new: RETURN_BEGINS,
      ...Object.fromEntries(
        Object.entries(RETURN_TRANSITIONS).map(([state, verbs]) => [
          state,
          Object.values(verbs).filter((next) => next in RETURN_TRANSITIONS),
        ]),
      ),
    },
    final: RETURN_FINAL_STATES,
  },
};

/** From each state of a table itself and the states that its verbs lead to. */
function followers(table: Readonly<Record<string, Readonly<Record<string, string>>>>) {
  return Object.fromEntries(
    Object.entries(table).map(([state, verbs]) => [
      state,
      [state, ...Object.values(verbs).filter((next) => next in table)],
    ]),
  );
}

/** States that only the passing of a deadline leads to. */
const BY_TIME: ReadonlySet<string> = new Set(['EXPIRED', 'LAPSED']);

/** In which a document waits for a change over several slots, and in which one is left that it did not make. */
const WAITING = '~undecided';
const TRACE = '~absent';

/** `before` is missing for a new document, `unknown` for one that a checkpoint left out. */
export interface Change {
  before: Document | undefined | 'unknown';
  after: Document;
}

export class ReplayedDocuments {
  readonly documents = new Map<DocumentId, Document>();
  readonly #problems: Problems;
  #complete = true;

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  load({ documents }: CheckpointState): void {
    this.#complete = false;
    for (const document of documents) this.documents.set(document.id, document);
  }

  take(entry: Entry): Change[] {
    return entry.documents.map((after) => {
      const known = this.documents.get(after.id);
      // A checkpoint may leave out what is final; only its versions can be unknown here.
      const leftOut = known === undefined && !this.#complete && after.version > 1;
      const change: Change = { before: leftOut ? 'unknown' : known, after };
      this.#check(change, entry);
      this.documents.set(after.id, after);
      return change;
    });
  }

  #check({ before, after }: Change, { atMs, documents }: Entry): void {
    const { id, state, version } = after;
    const name = `${after.kind} ${id}`;
    if (after.updatedAtMs !== atMs) this.#problems.add('I6', `${name} is not of its entry's time`);
    if (before === 'unknown') {
      if (after.final !== true && TABLES[after.kind]?.comesBack !== true)
        this.#problems.add('I5', `${name} comes back from a final state`);
      return;
    }
    const expected = (before?.version ?? 0) + 1;
    if (version !== expected) {
      this.#problems.add('I6', `${name} has version ${version} instead of ${expected}`);
    }
    if (after.state !== WAITING && after.state !== TRACE) this.#checkState(decided(before), after);
    if (before !== undefined && BY_TIME.has(state) && state !== before.state) {
      if (!isOverWithItsUnits(after, documents) && !isPast(before, atMs)) {
        this.#problems.add('I5', `${name} is ${state} before its deadline`);
      }
    }
  }

  #checkState(before: Document | undefined, after: Document): void {
    const name = `${after.kind} ${after.id}`;
    const from = before?.state ?? firstOf(after);
    const table = TABLES[after.kind];
    if (table?.comesBack === true) {
      this.#checkTable(table, from, after);
      return;
    }
    if (before?.final === true && (after.final !== true || after.state !== from)) {
      this.#problems.add('I5', `${name} goes on from its final state ${from} to ${after.state}`);
      return;
    }
    if (table === undefined) return;
    this.#checkTable(table, from, after);
    const final = table.final.has(after.state);
    if (final !== (after.final === true)) {
      this.#problems.add(
        'I5',
        `${name} is ${after.state} and ${final ? 'not ' : ''}marked as final`,
      );
    }
  }

  #checkTable(table: StateTable, from: string, after: Document): void {
    if (table.next[from]?.includes(after.state) === true) return;
    this.#problems.add('I5', `${after.kind} ${after.id} goes from ${from} to ${after.state}`);
  }
}

/** As it was decided last, where it stood waiting for a change over several slots. */
function decided(document: Document | undefined): Document | undefined {
  if (document?.state === TRACE) return undefined;
  if (document?.state !== WAITING) return document;
  return (document.data[WAITING] as { before?: Document | null } | undefined)?.before ?? undefined;
}

function isPast({ deadlineMs }: Document, atMs: number): boolean {
  return deadlineMs !== undefined && deadlineMs <= atMs;
}

/** An order or an offer has no deadline but its reservation's, which expires in the same entry. */
function isOverWithItsUnits(after: Document, documents: readonly Document[]): boolean {
  if (after.kind !== 'order' && after.kind !== 'waiter') return false;
  const reservation =
    after.kind === 'order' ? orderData(after).reservation : waiterData(after).offer;
  return documents.some(({ id, state }) => id === reservation && state === 'EXPIRED');
}

/**
 * What a document comes from that was not there before: a node's sale was held at the node, and units
 * of an order that was paid late are taken and sold in one step.
 */
function firstOf(document: Document): string {
  if (document.kind !== 'reservation' || document.state !== 'CONFIRMED') return 'new';
  const { sale, order } = reservationData(document);
  if (sale !== undefined) return 'leased';
  return order === undefined ? 'new' : 'ordered';
}

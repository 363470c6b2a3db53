// Documents as the journal writes them: versions one by one, states along the tables, one final
// state at most, nothing expired before its time. Claims are counted elsewhere.

import type { CheckpointState, Document, DocumentId, Entry } from '../engines/contract.ts';
import { LEASE_TRANSITIONS } from '../kernel/lease.ts';
import { FINAL_STATES, reservationData, TRANSITIONS } from '../kernel/reservation.ts';
import type { Problems } from './problems.ts';

interface StateTable {
  /** From each state the states that may follow; `new` stands for none before, `leased` for a node's sale. */
  next: Readonly<Record<string, readonly string[]>>;
  final: ReadonlySet<string>;
}

const TABLES: Readonly<Record<string, StateTable>> = {
  reservation: {
    next: {
      new: ['HELD'],
      leased: ['CONFIRMED'],
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
};

/** States that only the passing of a deadline leads to. */
const BY_TIME: ReadonlySet<string> = new Set(['EXPIRED', 'LAPSED']);

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

  #check({ before, after }: Change, { atMs }: Entry): void {
    const { id, state, version } = after;
    const name = `${after.kind} ${id}`;
    if (after.updatedAtMs !== atMs) this.#problems.add('I6', `${name} is not of its entry's time`);
    if (before === 'unknown') {
      if (after.final !== true) this.#problems.add('I5', `${name} comes back from a final state`);
      return;
    }
    const expected = (before?.version ?? 0) + 1;
    if (version !== expected) {
      this.#problems.add('I6', `${name} has version ${version} instead of ${expected}`);
    }
    this.#checkState(before, after);
    if (before !== undefined && BY_TIME.has(state) && state !== before.state) {
      const { deadlineMs } = before;
      if (deadlineMs === undefined || deadlineMs > atMs) {
        this.#problems.add('I5', `${name} is ${state} before its deadline`);
      }
    }
  }

  #checkState(before: Document | undefined, after: Document): void {
    const name = `${after.kind} ${after.id}`;
    const from = before?.state ?? firstOf(after);
    if (before?.final === true && (after.final !== true || after.state !== from)) {
      this.#problems.add('I5', `${name} goes on from its final state ${from} to ${after.state}`);
      return;
    }
    const table = TABLES[after.kind];
    if (table === undefined) return;
    if (table.next[from]?.includes(after.state) !== true) {
      this.#problems.add('I5', `${name} goes from ${from} to ${after.state}`);
    }
    const final = table.final.has(after.state);
    if (final !== (after.final === true)) {
      this.#problems.add(
        'I5',
        `${name} is ${after.state} and ${final ? 'not ' : ''}marked as final`,
      );
    }
  }
}

/** What a document comes from that was not there before: a node's sale was held at the node. */
function firstOf(document: Document): string {
  if (document.kind !== 'reservation' || document.state !== 'CONFIRMED') return 'new';
  return reservationData(document).sale === undefined ? 'new' : 'leased';
}

// The transactions of a change over several slots, in plain words of the contract: a part is prepared with a
// document that says how to take it back; home's own transaction is the decision and says how each part ends; the
// part then ends that way, once. Whoever finds a part can end it. Pure.

import { nameOf, ownerOf } from '../../kernel/accounts.ts';
import type {
  AccountId,
  Decided,
  Document,
  DocumentId,
  DocumentWrite,
  Floor,
  Guard,
  Json,
  JsonObject,
  Move,
  OwnerState,
  RequestIdentity,
  ResolvedMove,
  Transaction,
} from '../contract.ts';
import { type Aside, isElsewhere, type OwnMove, type Share, setAside } from './shares.ts';
import { isMarkedBy, marking, unmarking } from './undecided-document.ts';

/** Every part stands on it, so that those that were left behind are found. */
export const PARTS = 'undecided/parts';
export const DECISION = 'decision';
export const PART = 'part';
const [PREPARED, COMMITTED, ABORTED] = ['PREPARED', 'COMMITTED', 'ABORTED'];

export interface PartOf {
  /** The decision's id, and the slot that decides. */
  decision: DocumentId;
  home: number;
}

export interface Part extends PartOf {
  slot: number;
  /** The id of its document. */
  id: DocumentId;
  share: Share;
  aside: Aside;
  /** What it changes, as it was read. */
  before: ReadonlyMap<DocumentId, Document>;
  /** Of accounts whose floors are set before it is decided. */
  floorsBefore: ReadonlyMap<AccountId, number>;
}

export function partOf(of: PartOf, part: Omit<Part, keyof PartOf | 'aside'>): Part {
  return { ...of, ...part, aside: setAside(part.share) };
}

export function preparing(part: Part): Transaction {
  const { decision, home, id, share, aside, before, floorsBefore } = part;
  const { taken, given, floors } = aside;
  const marks = share.writes.map((write) =>
    marking(write, { before: before.get(write.id), decision }),
  );
  const own = floors.filter(({ account }) => !isElsewhere(account));
  const data = {
    ...{ decision, home, taken: taken.map(stepOf) },
    lowered: own.map(({ account, floor }) => [account, floor, floorsBefore.get(account) ?? 0]),
    documents: share.writes.map(({ id: written }) => written),
  };
  const document: DocumentWrite = {
    ...{ id, fresh: true, kind: PART, state: PREPARED, tentative: true, data },
    claims: taken.map(({ from, to, quantity }) => ({ account: to, undo: from, quantity })),
    frees: [...new Set([PARTS, ...given.map(({ to }) => to)])],
  };
  return {
    guards: [...share.guards, ...marks.map(({ guard }) => guard)],
    floors,
    moves: taken.map(moveOf),
    writes: [document, ...marks.map(({ write }) => write)],
    events: [],
  };
}

export interface DecisionOf extends PartOf {
  share: Share;
  parts: readonly Part[];
  request: RequestIdentity | undefined;
  events: Transaction['events'];
  /** What is answered, and answered again. */
  answer: JsonObject;
}

export function deciding({ decision, share, parts, answer, request, events }: DecisionOf) {
  const ends = parts.map(
    ({ slot, id, share: { writes }, aside: { taken, given, floorsLater } }) => ({
      ...{ slot, id, given: given.map(stepOf), floors: floorsLater as unknown as Json[] },
      takenFrom: [...new Set(taken.map(({ from }) => from))],
      writes: writes as unknown as Json[],
    }),
  );
  const transaction: Transaction = {
    guards: [...share.guards, { document: decision, absent: true }],
    floors: share.floors,
    moves: share.moves.map(moveOf),
    writes: [
      ...share.writes,
      { id: decision, kind: DECISION, state: COMMITTED, final: true, data: { ends, answer } },
    ],
    events,
  };
  if (request !== undefined) transaction.request = request;
  return transaction;
}

/** Decides against it, unless it is decided. */
export function aborting(decision: DocumentId): Transaction {
  return {
    guards: [{ document: decision, absent: true }],
    writes: [{ id: decision, kind: DECISION, state: ABORTED, final: true, data: {} }],
    events: [],
  };
}

export function isCommitted({ state }: Document): boolean {
  return state === COMMITTED;
}

/** What was decided is done in a part. */
export function ending(decided: Document, part: DocumentId): Transaction | undefined {
  const ends = (decided.data.ends ?? []) as unknown as EndText[];
  const end = ends.find(({ id }) => id === part);
  if (end === undefined) return undefined;
  const { given, floors, writes } = end;
  const data = { decision: decided.id };
  return endOf(part, COMMITTED, { data, floors, moves: given.map(movedBy), writes });
}

/** What was taken goes back, step by step, the last first. With its documents and owners, as they stand. */
export function takingBack(
  part: Document,
  { documents, owners }: { documents: readonly Document[]; owners: readonly OwnerState[] },
): Transaction {
  const { decision, taken, lowered } = partDataOf(part);
  const moves = taken.toReversed().map(([from, to, quantity]) => movedBy([to, from, quantity]));
  const own = documents.filter((document) => isMarkedBy(decision, document));
  const floors: Floor[] = [];
  const guards = new Map<string, Guard>();
  for (const [account, set, before] of lowered) {
    const state = owners.find(({ owner }) => owner === ownerOf(account));
    // Somebody has set another one since.
    if (state?.accounts[nameOf(account)]?.floor !== set || set === before) continue;
    floors.push({ account, floor: before });
    guards.set(state.owner, { owner: state.owner, seq: state.seq });
  }
  const end = endOf(part.id, ABORTED, { data: {}, floors, moves, writes: own.map(unmarking) });
  return { ...end, guards: [...end.guards!, ...guards.values()] };
}

export function partIn({ documents }: Decided): Document {
  return documents.find(({ kind }) => kind === PART)!;
}

interface PartData extends PartOf {
  taken: Step[];
  /** Accounts whose floors were set, to what, and what they were. */
  lowered: [account: AccountId, set: number, before: number][];
  documents: DocumentId[];
}

export function partDataOf({ data }: Document): PartData {
  return data as unknown as PartData;
}

type Step = [from: string, to: string, quantity: number];

interface EndText {
  id: DocumentId;
  given: Step[];
  floors: Floor[];
  writes: DocumentWrite[];
}

interface End {
  data: JsonObject;
  floors: Floor[];
  moves: Move[];
  writes: DocumentWrite[];
}

function endOf(part: DocumentId, state: string, { data, floors, moves, writes }: End): Transaction {
  return {
    guards: [{ document: part, stateIn: [PREPARED] }],
    floors,
    moves,
    writes: [{ id: part, kind: PART, state, data, final: true }, ...writes],
    events: [],
  };
}

function stepOf({ from, to, quantity }: ResolvedMove): Step {
  return [from, to, quantity];
}

function movedBy([from, to, quantity]: Step): Move {
  return { legs: [{ from, to }], quantity };
}

function moveOf({ from, to, quantity }: OwnMove): Move {
  return { legs: [{ from, to }], quantity };
}

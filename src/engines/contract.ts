// The seam between the rules and the stores: what a transaction may contain, what a commit answers,
// and what an engine lets one read. The operators listed here are all there are; each has a
// conformance case, because a script in another language must be able to apply the same list.
// Types only: nothing here runs, and nothing here knows a reservation from a voucher.

/** A pool's id: 1 to 128 characters of `A-Z a-z 0-9 . _ : @ -`, not `.` or `..` alone. */
export type PoolId = string;

/**
 * An account's id. Accounts of a pool are `<pool>/<name>` (`tea/available`); those of a buyer under a
 * limit are `!<limit>!<period>!<buyer>/<name>`. What stands before the first slash is the account's owner; its number
 * (`seq`) grows with every transaction that touches one of its accounts or its document.
 */
export type AccountId = string;

/** A document's id: a time-ordered UUID (RFC 9562, version 7), or `<kind>:<name>` for named ones. */
export type DocumentId = string;

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

// ── What a transaction may contain ──────────────────────────────────────────────────────────────

/** Where units go: an account, or "wherever this pool's released units belong" as of the commit. */
export type Destination = AccountId | { release: PoolId };

/** One way that a move's units go. */
export interface Leg {
  from: AccountId;
  to: Destination;
}

/**
 * Units that move, the same quantity along every leg (stock and the buyer's allowance together).
 * With `quantityMin` as many as every source can give, at least that many (0 is allowed), at most
 * `quantity`; without it exactly `quantity`. A partial grant is refused while something due stands
 * on the short source. The sources of one move are distinct, and none is also a destination of it.
 */
export interface Move {
  legs: Leg[];
  quantity: number;
  quantityMin?: number;
}

/** A condition on a document. All that are stated must hold. */
export interface DocumentGuard {
  document: DocumentId;
  /** true: there must be none; false: there must be one. */
  absent?: boolean;
  version?: number;
  stateIn?: readonly string[];
  /** true: its deadline has passed by the engine's clock; false: it has none, or it is still ahead. */
  due?: boolean;
}

/** A condition on an owner's number (`If-Match` on a pool). */
export interface SeqGuard {
  owner: string;
  seq: number;
}

export type Guard = DocumentGuard | SeqGuard;

/**
 * Sets how low an account may go; creates the account when it is absent. An account that already
 * stands lower stays where it is and gives nothing more. Floors that are not stated are 0.
 */
export interface Floor {
  account: AccountId;
  floor: number;
}

/** What a document holds on one account, and where that goes when it is undone. */
export interface Claim {
  account: AccountId;
  undo: Destination;
  quantity: number;
}

/** A claim on what a move of the same transaction brings: its quantity is known only at commit. */
export interface MoveClaim {
  move: number;
  leg: number;
  undo: Destination;
}

/**
 * A deadline counted from the commit by the engine's clock, within absolute bounds; where the bounds
 * cross, `notBeforeMs` wins. Or the one the document has already (`keep`).
 */
export type DeadlineDraft =
  | { afterMs: number; notBeforeMs?: number; notAfterMs?: number }
  | { keep: true };

/** Writes the next version of a document, whole. */
export interface DocumentWrite {
  id: DocumentId;
  /** Its id was made for this transaction: there is no earlier version, and none is looked for. */
  fresh?: boolean;
  kind: string;
  state: string;
  data: JsonObject;
  /** What documents are found by, beside their ids. Engines do not look into `data`. */
  buyer?: string;
  reference?: string;
  owners?: string[];
  /** Of a pool's document: where its released units go. Absent: to its own available account. */
  releaseTo?: Destination;
  /** Accounts that its falling due gives to through documents it names: a refusal there names it as due. */
  frees?: AccountId[];
  /** None: the document is never due. */
  deadline?: DeadlineDraft;
  claims?: (Claim | MoveClaim)[];
  /** Nothing more is expected to happen to it: it may leave fast memory, and is still found. */
  final?: boolean;
  /** Its claims are not decided yet (a part of a larger whole): never due, never counted as final. */
  tentative?: boolean;
}

/** What happened, for those who follow the journal. `subject` is a document or an owner. */
export interface EventDraft {
  type: string;
  subject: string;
  data?: JsonObject;
}

/** Who asks, and under which key. */
export interface RequestName {
  principal: string;
  key: string;
}

/** With a fingerprint of what was asked. */
export interface RequestIdentity extends RequestName {
  hash: string;
}

/**
 * Applied whole or refused whole. Checked in this order, and refused with the first thing that does
 * not hold: request, guards, floors and moves in order (each sees the ones before it), grantedMin.
 * The numbers of owners rise in the order in which a transaction first touches them, floors first.
 */
export interface Transaction {
  request?: RequestIdentity;
  guards?: Guard[];
  floors?: Floor[];
  moves?: Move[];
  /** At least this many units over all moves together. */
  grantedMin?: number;
  /**
   * At most this many: a partial move is granted at most what those before it have left, less what
   * those after it ask at least; but never less than it asks itself.
   */
  grantedMax?: number;
  writes?: DocumentWrite[];
  events: EventDraft[];
}

/** What may refuse a transaction. */
export type Asked = Pick<Transaction, 'guards' | 'floors' | 'moves' | 'grantedMax'> & {
  request?: RequestName;
};

// ── What a commit answers ───────────────────────────────────────────────────────────────────────

export interface Document {
  id: DocumentId;
  kind: string;
  /** 1 for the first. */
  version: number;
  state: string;
  createdAtMs: number;
  updatedAtMs: number;
  deadlineMs?: number;
  final?: true;
  tentative?: true;
  claims: Claim[];
  buyer?: string;
  reference?: string;
  owners?: string[];
  releaseTo?: Destination;
  frees?: AccountId[];
  data: JsonObject;
}

/** An owner and its number after the transaction. */
export type OwnerSeq = [owner: string, seq: number];

export interface ResolvedMove {
  from: AccountId;
  to: AccountId;
  quantity: number;
}

/**
 * One accepted transaction as decided: everything that replay needs, nothing that must be looked up
 * elsewhere. `seqs` are the numbers of the owners it touched.
 */
export interface Decided {
  atMs: number;
  request?: RequestIdentity;
  /** Units granted per move of the transaction (a move with two legs counts once). */
  granted: number[];
  moves: ResolvedMove[];
  floors?: Floor[];
  documents: Document[];
  seqs: OwnerSeq[];
  events: EventDraft[];
}

/**
 * As the journal keeps it: with its place there, gapless. A store that several servers share gives
 * places after commits, so that no outcome has one; the journal and its followers tell it.
 */
export interface Entry extends Decided {
  position: number;
}

/** Why a transaction was refused: the first thing that did not hold. */
export type CommitRefusal =
  | { code: 'request-reused'; first: Decided }
  | { code: 'document'; document: DocumentId; failed: GuardCondition; found?: Document }
  | { code: 'seq'; owner: string; found: number }
  | {
      code: 'insufficient';
      /** Which move could not be made (-1: grantedMin), and which source was short. */
      move: number;
      account: AccountId;
      /** What the source could still give. */
      available: number;
      /** How often it got more to give (units, a lower floor) before this: unchanged means nothing came in between. */
      inflow: number;
      /** Documents past their deadline whose undo would bring units there, at most 64. */
      due: DocumentId[];
      /** Undecided claims' undo would bring units there: this refusal is not final. */
      tentative: boolean;
    }
  | { code: 'balance-range'; account: AccountId };

export type GuardCondition = 'absent' | 'present' | 'version' | 'stateIn' | 'due' | 'notDue';

/** `repeated`: the request was answered before; `entry` is the first answer. */
export type Outcome =
  | { ok: true; repeated: boolean; entry: Decided }
  | { ok: false; refusal: CommitRefusal };

/**
 * One transaction's part of what a commit answers. A promise where it is decided after its
 * neighbours, because it waits for what another server holds; one that rejects says nothing of them.
 */
export type Answered = Outcome | Promise<Outcome>;

/** How many due documents one refusal names. */
export type DueLimit = 64;

/** The state as of one position of the journal, to verify from there on. */
export interface CheckpointState {
  /** The last entry that it contains. */
  position: number;
  /** The time of that entry. */
  atMs: number;
  accounts: Iterable<[AccountId, AccountState]>;
  /** At least those that are not final. */
  documents: Iterable<Document>;
  seqs: Iterable<OwnerSeq>;
}

// ── What an engine does ─────────────────────────────────────────────────────────────────────────

export interface AccountState {
  balance: number;
  floor: number;
  inflow: number;
}

/** All accounts of one owner, read at one moment. */
export interface OwnerState {
  owner: string;
  seq: number;
  /** By the account's name after the slash. */
  accounts: Record<string, AccountState>;
  document?: Document;
}

/** `dueMs`: deadlines up to this moment have passed. It stands still while expiry is stopped. */
export interface ClockReading {
  nowMs: number;
  dueMs: number;
  /** Set when the wall clock jumped and expiry waits for a person. */
  stopped?: string;
}

export interface DocumentQuery {
  kind: string;
  /** Documents of this kind have names for ids: few, in fast memory, and found as of now. */
  named?: boolean;
  states?: readonly string[];
  /** With `states`: documents whose deadline is at or before `dueMs` count as being in `state`. */
  due?: { dueMs: number; state: string };
  buyer?: string;
  reference?: string;
  owner?: string;
  /** Only ids below this one (newest first). */
  before?: DocumentId;
  limit: number;
}

export interface DocumentPage {
  documents: Document[];
  /** The position that the answer is as of. */
  asOf: number;
}

export interface EngineHealth {
  ok: boolean;
  detail: string;
  position: number;
  /** Documents in fast memory that are not final. */
  live: number;
  /** Entries the tables behind have not taken yet. */
  tableLag: number;
  /** Of a store that has two sides, where this server compares them: differences not seen gone yet, comparisons so far. */
  drift?: { differing: number; compared: number };
}

/**
 * A store. Every method that reads shows only what will survive a crash. `documents`, `owners`, `due` and the next
 * `commit` see a commit as soon as it is answered; `entries`, `follow`, `balancesAt`, `pools`, `find` unless it is for
 * named documents, and what answers at once may be a moment behind it, where several share the store. All may throw
 * `HoldfastError` with `unavailable`, `disk-full` or `closed`; a business refusal is a value.
 */
export interface Engine {
  readonly name: string;
  /** Which journal this is: another one after a restore, though positions go on from the same place. */
  readonly journalId?: string;
  /** How many commits may be under way at once. */
  readonly commitsInFlightMax: number;
  /** Commits under way are decided in the order in which they were asked for. */
  readonly decidesInOrder?: boolean;
  /** So far behind that new reservations should be turned away. */
  readonly sheds: boolean;
  /** Entries that touch nothing in common may stand in another order than their times: servers share it. */
  readonly timesMayCross?: boolean;
  /** A rest before the next batch, in ms, so that what falls behind keeps up. */
  readonly restMs?: number;
  /**
   * Decides each on its own, in order; resolves when the accepted ones are durable, but for those that wait for another
   * server: their answers are promises.
   */
  commit(batch: readonly Transaction[]): Promise<Answered[]>;
  documents(ids: readonly DocumentId[]): Promise<(Document | undefined)[]>;
  /** Resolves when all that was answered, or can be read, here is in what stands behind the store. Absent: it is. */
  recorded?(what?: 'answered' | 'readable'): Promise<void>;
  /** A commit is answered once what stands behind the store has it. */
  readonly answersRecorded?: boolean;
  /** As what stands behind the store has them, once it has all that could be read here. Absent: as `documents`. */
  recordedDocuments?(ids: readonly DocumentId[]): Promise<(Document | undefined)[]>;
  /** What a commit would refuse with, at once, where durable state makes it plain; else undefined. */
  refusalNow?(asked: Asked): CommitRefusal | undefined;
  /** Pools as they were so long ago at most, never from before what it has answered; refuses no request. */
  readonly glance?: Pick<Engine, 'owners' | 'refusalNow'> & { readonly ageMaxMs: number };
  /** The latest decided version in fast memory, durable or not yet: to plan what guards on it, never to answer. */
  peek?(id: DocumentId): Document | undefined;
  owners(ids: readonly string[]): Promise<(OwnerState | undefined)[]>;
  /** Pools in order of their ids, those that start with `prefix`, after `after`. */
  pools(options: { prefix?: string; after?: PoolId; limit: number }): Promise<OwnerState[]>;
  find(query: DocumentQuery): Promise<DocumentPage>;
  /** Documents due now, earliest first, then by id; of several servers each is told its own share. */
  due(limit: number): Promise<Document[]>;
  /** The next deadline of any document, or undefined. */
  nextDeadlineMs(): number | undefined;
  /** Journal entries after a position, in order; shorter than `limit` at the end. */
  entries(options: { after: number; limit: number }): Promise<Entry[]>;
  /** Balances of an owner's accounts at the end of that moment. */
  balancesAt(owner: string, atMs: number): Promise<Record<string, number> | undefined>;
  /** The latest whole checkpoint up to a moment, if this engine keeps any. */
  checkpoint?(atMs?: number): CheckpointState | undefined;
  /**
   * Called with every durable batch of entries, in order; returns the way to stop. Who needs those alone that write a
   * `named` document (`limit:...`) may be told no others; who comes to need all, all after the position of `health`.
   */
  follow(listener: (entries: readonly Entry[]) => void, needs?: () => 'all' | 'named'): () => void;
  clock(): ClockReading;
  /** A person has looked at the jumped clock: deadlines count again. */
  resumeExpiry(): void;
  health(): EngineHealth;
  close(): Promise<void>;
}

// A reservation as it is kept and as it is shown, and the table of what each verb does to each
// state. The verbs themselves have a file each.

import type {
  Document,
  DocumentId,
  DocumentWrite,
  Json,
  JsonObject,
  PoolId,
} from '../engines/contract.ts';
import { isDue } from './overlay.ts';
import type { RefusalCode } from './refusals.ts';
import { wholePool } from './segments.ts';
import type { StakeData } from './stakes.ts';

export type ReservationState = 'HELD' | 'CONFIRMING' | 'CONFIRMED' | 'CANCELLED' | 'EXPIRED';
export type ReservationVerbName =
  | 'confirm'
  | 'cancel'
  | 'extend'
  | 'change'
  | 'expire'
  | 'return'
  | 'beginConfirm'
  | 'finishConfirm'
  | 'revoke';

/** For each state and verb the state that follows, or why not. */
export const TRANSITIONS: Record<
  ReservationState,
  Record<ReservationVerbName, ReservationState | RefusalCode>
> = {
  HELD: {
    confirm: 'CONFIRMED',
    cancel: 'CANCELLED',
    extend: 'HELD',
    change: 'HELD',
    expire: 'EXPIRED',
    return: 'not-confirmed',
    beginConfirm: 'CONFIRMING',
    finishConfirm: 'not-confirmed',
    revoke: 'CANCELLED',
  },
  CONFIRMING: {
    confirm: 'confirm-in-progress',
    cancel: 'confirm-in-progress',
    extend: 'confirm-in-progress',
    change: 'confirm-in-progress',
    expire: 'confirm-in-progress',
    return: 'not-confirmed',
    beginConfirm: 'confirm-in-progress',
    finishConfirm: 'CONFIRMED',
    revoke: 'CANCELLED',
  },
  CONFIRMED: {
    confirm: 'already-confirmed',
    cancel: 'already-confirmed',
    extend: 'already-confirmed',
    change: 'already-confirmed',
    expire: 'already-confirmed',
    return: 'CONFIRMED',
    beginConfirm: 'already-confirmed',
    finishConfirm: 'already-confirmed',
    revoke: 'already-confirmed',
  },
  CANCELLED: {
    confirm: 'already-cancelled',
    cancel: 'already-cancelled',
    extend: 'already-cancelled',
    change: 'already-cancelled',
    expire: 'already-cancelled',
    return: 'already-cancelled',
    beginConfirm: 'already-cancelled',
    finishConfirm: 'already-cancelled',
    revoke: 'already-cancelled',
  },
  EXPIRED: {
    confirm: 'already-expired',
    cancel: 'already-expired',
    extend: 'already-expired',
    change: 'already-expired',
    expire: 'already-expired',
    return: 'already-expired',
    beginConfirm: 'already-expired',
    finishConfirm: 'already-expired',
    revoke: 'already-expired',
  },
};

export const FINAL_STATES: ReadonlySet<string> = new Set(['CONFIRMED', 'CANCELLED', 'EXPIRED']);

/** A line as it is kept. What is held or sold of it stands in the claim of the same index. */
export interface LineData {
  /** The segment that has the units, of a pool that is segmented. */
  pool: PoolId;
  /** What was asked for. */
  asked: number;
  /** What had been granted when it left HELD. */
  granted?: number;
  returned?: number;
}

/** Which line and rule the claims after the lines' own belong to. */
export interface LimitClaimData {
  line: number;
  limit: string;
  returns: boolean;
}

/** Sold from leases: by which node, of which lease each line is, and when by its clock. */
export interface SaleData {
  node: string;
  leases: string[];
  soldAtMs?: number;
  /** It had happened already: what a limit had left did not matter. */
  overLimit?: boolean;
}

export interface ReservationData {
  lines: LineData[];
  metadata?: JsonObject;
  capAtMs: number;
  limits?: LimitClaimData[];
  allowances?: string[];
  sale?: SaleData;
  /** The order whose units these are: only it decides what becomes of them. */
  order?: DocumentId;
  /** The waiter that it is offered to. */
  waiter?: DocumentId;
  /** What the whole of it counts under limits, whatever its lines. */
  stakes?: StakeData[];
}

export function reservationData(document: Document): ReservationData {
  return document.data as unknown as ReservationData;
}

export function asJson(data: object): JsonObject {
  return data as unknown as JsonObject;
}

/** The next version of a document: what stays the same, in its new state and with new data. */
export function nextOf(document: Document, state: string, data: JsonObject): DocumentWrite {
  const { id, kind, buyer, reference, owners, frees } = document;
  const next: DocumentWrite = { id, kind, state, data };
  if (buyer !== undefined) next.buyer = buyer;
  if (reference !== undefined) next.reference = reference;
  if (owners !== undefined) next.owners = owners;
  if (frees !== undefined && state === 'HELD') next.frees = frees;
  return next;
}

/** The pools that lines have to do with, each once. */
export function ownersOf(lines: readonly { pool: PoolId }[]): PoolId[] {
  if (lines.length === 1) return [lines[0]!.pool];
  return [...new Set(lines.map(({ pool }) => pool))];
}

export interface ReservationLine {
  pool: PoolId;
  /** Units granted. */
  quantity: number;
  /** Units asked for, where fewer were granted. */
  asked?: number;
  /** Units sold, once confirmed. */
  confirmed?: number;
  returned?: number;
}

/** A reservation as a caller sees it. */
export interface Reservation {
  id: string;
  status: ReservationState;
  version: number;
  lines: ReservationLine[];
  buyer?: string;
  reference?: string;
  metadata?: JsonObject;
  /** The order whose units these are. */
  order?: string;
  createdAtMs: number;
  updatedAtMs: number;
  /** While it is held: when the units go back by themselves. */
  expiresAtMs?: number;
}

/** Shows a reservation as of `dueMs`: one whose time is over is expired, tidied up or not. */
export function viewReservation(document: Document, dueMs: number): Reservation {
  const data = reservationData(document);
  const status = isDue(document, dueMs) ? 'EXPIRED' : (document.state as ReservationState);
  const view: Reservation = {
    id: document.id,
    status,
    version: document.version,
    lines: data.lines.map((line, index) => viewLine(document, line, index)),
    createdAtMs: document.createdAtMs,
    updatedAtMs: document.updatedAtMs,
  };
  if (document.buyer !== undefined) view.buyer = document.buyer;
  if (document.reference !== undefined) view.reference = document.reference;
  // The caller's own: the document may be the one in memory.
  if (data.metadata !== undefined) view.metadata = structuredClone(data.metadata);
  if (data.order !== undefined) view.order = data.order;
  if (document.deadlineMs !== undefined) view.expiresAtMs = document.deadlineMs;
  return view;
}

function viewLine(document: Document, line: LineData, index: number): ReservationLine {
  const standing = document.claims[index]?.quantity ?? 0;
  const quantity = line.granted ?? standing;
  const view: ReservationLine = { pool: wholePool(line.pool), quantity };
  if (quantity !== line.asked) view.asked = line.asked;
  if (document.state === 'CONFIRMED') view.confirmed = standing + (line.returned ?? 0);
  if (line.returned !== undefined) view.returned = line.returned;
  return view;
}

/** The units that each line holds or has sold now. */
export function standing(document: Document): number[] {
  return reservationData(document).lines.map((_, line) => document.claims[line]!.quantity);
}

/** The sum of units that a reservation holds or has sold now. */
export function standingUnits(document: Document): number {
  const { lines } = reservationData(document);
  return lines.reduce((sum, _, index) => sum + (document.claims[index]?.quantity ?? 0), 0);
}

export type { Json };

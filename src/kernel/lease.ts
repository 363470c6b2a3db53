// A lease as it is kept and as it is shown, and the table of what each verb does to each state of it.
// Its claims are the units that are out; falling due gives them back like a reservation's.

import type { Claim, Document, DocumentWrite, PoolId } from '../engines/contract.ts';
import { accountOf, poolAccounts } from './accounts.ts';
import { isDue } from './overlay.ts';
import { type Refused, refuse } from './refusals.ts';
import { asJson } from './reservation.ts';

export type LeaseState = 'ACTIVE' | 'CLOSED' | 'EXPIRED' | 'WRITTEN_OFF';
export type LeaseVerbName =
  | 'topUp'
  | 'renew'
  | 'record'
  | 'giveBack'
  | 'close'
  | 'writeOff'
  | 'expire';

const ENDED: Record<LeaseVerbName, 'lease-ended'> = {
  topUp: 'lease-ended',
  renew: 'lease-ended',
  record: 'lease-ended',
  giveBack: 'lease-ended',
  close: 'lease-ended',
  writeOff: 'lease-ended',
  expire: 'lease-ended',
};

/** For each state and verb the state that follows. What has ended never comes back: this is the fence. */
export const LEASE_TRANSITIONS: Record<
  LeaseState,
  Record<LeaseVerbName, LeaseState | 'lease-ended'>
> = {
  ACTIVE: {
    topUp: 'ACTIVE',
    renew: 'ACTIVE',
    record: 'ACTIVE',
    giveBack: 'ACTIVE',
    close: 'CLOSED',
    writeOff: 'WRITTEN_OFF',
    expire: 'EXPIRED',
  },
  CLOSED: ENDED,
  EXPIRED: ENDED,
  WRITTEN_OFF: ENDED,
};

export interface LeaseData {
  node: string;
  pool: PoolId;
  /** Missing for an offline till. */
  leaseForMs?: number;
  sold: number;
  givenBack: number;
}

/** A lease with the moment up to which deadlines have passed. */
export interface LeaseHolding {
  document: Document;
  dueMs: number;
}

export function leaseData(document: Document): LeaseData {
  return document.data as unknown as LeaseData;
}

/** The units that are out with the node. */
export function leftOf(document: Document): number {
  return document.claims.reduce((sum, { quantity }) => sum + quantity, 0);
}

/** The state that a verb leads to. One whose time is over has ended, tidied up or not. */
export function leaseTransition(
  { document, dueMs }: LeaseHolding,
  verb: LeaseVerbName,
): { ok: true; state: LeaseState } | Refused {
  const over = verb !== 'expire' && isDue(document, dueMs);
  const status = over ? 'EXPIRED' : (document.state as LeaseState);
  const next = LEASE_TRANSITIONS[status][verb];
  if (next !== 'lease-ended') return { ok: true, state: next };
  const at = over ? document.deadlineMs! : document.updatedAtMs;
  return refuse('lease-ended', { lease: document.id, leaseStatus: status, at });
}

/** What a lease holds. */
export function leaseClaim(pool: PoolId, quantity: number): Claim {
  return { account: accountOf(pool, 'leased'), undo: poolAccounts(pool).released, quantity };
}

/** The next version of a lease, with so many units out; its deadline stays unless it is set again. */
export function nextLease(
  document: Document,
  state: LeaseState,
  { data, left }: { data: LeaseData; left: number },
): DocumentWrite {
  const write: DocumentWrite = { id: document.id, kind: 'lease', state, data: asJson(data) };
  if (document.reference !== undefined) write.reference = document.reference;
  if (document.owners !== undefined) write.owners = document.owners;
  if (state !== 'ACTIVE') return { ...write, final: true };
  return { ...write, claims: [leaseClaim(data.pool, left)], deadline: { keep: true } };
}

/** A lease as a caller sees it. */
export interface Lease {
  /** Names the share for good: a node that comes back gets another one, which is later in order. */
  id: string;
  node: string;
  pool: PoolId;
  status: LeaseState;
  version: number;
  /** No end of its own: the till's units stay out until it reports or a person writes them off. */
  offline: boolean;
  /** Units that are out with the node. */
  quantity: number;
  sold: number;
  givenBack: number;
  createdAtMs: number;
  /** When the node was last heard of. */
  heardAtMs: number;
  expiresAtMs?: number;
}

export function viewLease(document: Document, dueMs: number): Lease {
  const { node, pool, leaseForMs, sold, givenBack } = leaseData(document);
  const view: Lease = {
    id: document.id,
    node,
    pool,
    status: isDue(document, dueMs) ? 'EXPIRED' : (document.state as LeaseState),
    version: document.version,
    offline: leaseForMs === undefined,
    quantity: leftOf(document),
    sold,
    givenBack,
    createdAtMs: document.createdAtMs,
    heardAtMs: document.updatedAtMs,
  };
  if (document.deadlineMs !== undefined) view.expiresAtMs = document.deadlineMs;
  return view;
}

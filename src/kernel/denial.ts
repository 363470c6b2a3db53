// A denial: somebody may not buy in sales, for good or until a moment. Who that is stands in its name: an address or
// a prefix of such, an account, a device. Whether it counts now is a matter of the clock, whoever has noticed.

import type { Document, DocumentId, DocumentWrite } from '../engines/contract.ts';
import { formatPrefix, readPrefix } from './address.ts';
import { checkMoment, checkText, checkWhole, invalid } from './check-command.ts';
import { versionGuard } from './give-back.ts';
import { type Plan, planned } from './plan.ts';
import { exactly } from './preorder.ts';
import { type Refused, refuse } from './refusals.ts';
import { asJson } from './reservation.ts';

export type DenialKind = 'address' | 'account' | 'device';
export const DENIAL_KINDS: readonly DenialKind[] = ['address', 'account', 'device'];

export type DenialState = 'ACTIVE' | 'LIFTED' | 'EXPIRED';

/** From each state the states that may follow. One that is over may be laid down anew. */
export const DENIAL_NEXT: Readonly<Record<DenialState, readonly DenialState[]>> = {
  ACTIVE: ['ACTIVE', 'LIFTED', 'EXPIRED'],
  LIFTED: ['ACTIVE'],
  EXPIRED: ['ACTIVE'],
};

/** A leap year. Longer: until a time, or for good. */
export const DENIAL_MAX_MS = 366 * 86_400_000;

export interface Denied {
  kind: DenialKind;
  /** An address or a prefix in its one form, an account's id, a device's. */
  value: string;
}

export interface DenialCommand extends Denied {
  /** Until then; without it, and without `forMs`, for good. */
  untilMs?: number;
  /** For so long, from now. */
  forMs?: number;
  /** For the shop's own eyes. */
  reason?: string;
  /** What is told to who is denied. Without it only that they are. */
  told?: string;
}

export interface Denial extends Denied {
  reason?: string;
  told?: string;
  untilMs?: number;
  state: DenialState;
  version: number;
  createdAtMs: number;
  updatedAtMs: number;
}

/** Who is meant, in one form, or why nobody can be. */
export function readDenied({
  kind,
  value,
}: {
  kind: unknown;
  value: unknown;
}): { ok: true; denied: Denied } | Refused {
  if (!DENIAL_KINDS.includes(kind as DenialKind)) {
    return invalid('kind', 'address, account or device');
  }
  const wrong = checkText(value, 'value');
  if (wrong !== undefined) return wrong;
  if (kind !== 'address') {
    return { ok: true, denied: { kind: kind as DenialKind, value: value as string } };
  }
  const prefix = readPrefix(value as string);
  if (prefix === undefined) return invalid('value', 'an address, or a prefix such as 10.0.0.0/8');
  return { ok: true, denied: { kind, value: formatPrefix(prefix) } };
}

export function checkDenial({ untilMs, forMs, reason, told }: DenialCommand): Refused | undefined {
  if (untilMs !== undefined && forMs !== undefined) return invalid('for', 'either until or for');
  return (
    checkMoment(untilMs, 'until') ??
    (forMs === undefined ? undefined : checkWhole(forMs, 'for', 1, DENIAL_MAX_MS)) ??
    checkText(reason, 'reason') ??
    checkText(told, 'told')
  );
}

export function denialId({ kind, value }: Denied): DocumentId {
  return `denial:${kind}:${encodeURIComponent(value)}`;
}

export function denialOf(document: Document): Denial {
  const { state, version, createdAtMs, updatedAtMs, deadlineMs } = document;
  const data = document.data as unknown as Omit<DenialCommand, 'untilMs' | 'forMs'>;
  const denial = { ...data, state: state as DenialState, version, createdAtMs, updatedAtMs };
  return deadlineMs === undefined ? denial : { ...denial, untilMs: deadlineMs };
}

export function isDenied({ state, untilMs }: Denial, nowMs: number): boolean {
  return state === 'ACTIVE' && (untilMs === undefined || nowMs < untilMs);
}

/** Lays it down, or changes it: all of it is said anew. */
export function putDenial(found: Document | undefined, command: DenialCommand): Plan {
  const { kind, value, reason, told, untilMs, forMs } = command;
  const id = denialId(command);
  const write: DocumentWrite = {
    id,
    kind: 'denial',
    state: 'ACTIVE',
    data: asJson({
      kind,
      value,
      ...(reason === undefined ? {} : { reason }),
      ...(told === undefined ? {} : { told }),
    }),
  };
  if (untilMs !== undefined) write.deadline = exactly(untilMs);
  else if (forMs !== undefined) write.deadline = { afterMs: forMs };
  const type = found?.state === 'ACTIVE' ? 'denial.changed' : 'denial.made';
  return planned({
    guards: [found === undefined ? { document: id, absent: true } : versionGuard(found)],
    writes: [write],
    events: [{ type, subject: id, data: reason === undefined ? {} : { reason } }],
  });
}

/** Whoever it was about may buy again. */
export function liftDenial(found: Document | undefined, denied: Denied): Plan {
  if (found?.state !== 'ACTIVE') return refuse('unknown-denial', { ...denied });
  return ends(found, 'LIFTED', 'denial.lifted');
}

/** Its time is over. */
export function denialFallsDue(document: Document): Plan {
  return ends(document, 'EXPIRED', 'denial.expired', true);
}

function ends(document: Document, state: DenialState, type: string, due?: true): Plan {
  const { id, kind, data } = document;
  return planned({
    guards: [due === undefined ? versionGuard(document) : { ...versionGuard(document), due }],
    writes: [{ id, kind, state, data }],
    events: [{ type, subject: id }],
  });
}

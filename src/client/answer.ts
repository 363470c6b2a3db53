// What a call comes back with: a value or a refusal, in the same shape as the library's answers, with
// the status and the sentence that HTTP adds. Must never turn a refusal into an exception.

import type { ProblemCode } from '../http/problem.ts';

export interface Accepted<T> {
  ok: true;
  /** The same command was accepted before under this key; `value` is what was answered then. */
  repeated: boolean;
  value: T;
}

/** The server's "no". Nothing has been changed, and the same command may succeed later. */
export interface Refusal {
  ok: false;
  /** Stable: decide by it. The list is in docs/errors.md. */
  code: ProblemCode;
  status: number;
  /** A sentence that can be shown to the buyer. */
  detail: string;
  /** What did not hold, in numbers and names. */
  details: Readonly<Record<string, unknown>>;
}

export type Answer<T> = Accepted<T> | Refusal;

/** Reads problem details (RFC 9457); undefined when the body is none. */
export function readRefusal(body: unknown): Refusal | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { type: _, title: __, code, status, detail, ...details } = body as Record<string, unknown>;
  if (typeof code !== 'string' || typeof status !== 'number') return undefined;
  return { ok: false, code: code as ProblemCode, status, detail: String(detail), details };
}

/** A refusal that needs no server: the one that it would give. */
export function refuseHere(field: string, expected: string): Refusal {
  const detail = 'The request is not well formed.';
  return { ok: false, code: 'invalid-request', status: 400, detail, details: { field, expected } };
}

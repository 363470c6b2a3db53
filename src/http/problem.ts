// What a "no" looks like over HTTP (RFC 9457): the one table from refusal codes to statuses, and
// the problems that only a protocol can have. Must stay complete: a code without a status does not
// compile, and docs/errors.md is held equal to these tables by a test.

import type { Json, JsonObject } from '../engines/contract.ts';
import { REFUSALS, type RefusalCode } from '../kernel/refusals.ts';
import { DURATION_EXPECTED } from './duration.ts';
import { formatInstant } from './instant.ts';

export const REFUSAL_STATUS: Record<RefusalCode, number> = {
  'invalid-request': 400,
  'unknown-pool': 404,
  'unknown-reservation': 404,
  'unknown-limit': 404,
  'unknown-lease': 404,
  'unknown-order': 404,
  'unknown-webhook': 404,
  'unknown-notice': 404,
  'unknown-sender': 404,
  'unknown-delivery': 404,
  'unknown-waiter': 404,
  'unknown-return': 404,
  'insufficient-stock': 409,
  'limit-exceeded': 409,
  'buyer-required': 409,
  'address-required': 409,
  'pool-closed': 409,
  'pool-segmented': 409,
  'product-mismatch': 409,
  'already-confirmed': 409,
  'already-cancelled': 409,
  'already-expired': 409,
  'confirm-in-progress': 409,
  'not-confirmed': 409,
  'not-due': 409,
  'extension-cap': 409,
  'quantity-exceeds-held': 409,
  'quantity-exceeds-sold': 409,
  'quantity-exceeds-lease': 409,
  'lease-ended': 409,
  'belongs-to-order': 409,
  'belongs-to-offer': 409,
  'unknown-plan': 404,
  'stage-paid': 409,
  'stage-mismatch': 409,
  'order-in-progress': 409,
  'unknown-payment': 404,
  'unknown-provider': 404,
  'nothing-to-pay': 409,
  'payment-open': 409,
  'payment-over': 409,
  'forged-callback': 401,
  'order-queued': 409,
  'order-decided': 409,
  'order-refused': 409,
  'order-not-paid': 409,
  'order-paid': 409,
  'order-awaits-stock': 409,
  'order-not-shipped': 409,
  'order-shipped': 409,
  'order-delivered': 409,
  'order-cancelled': 409,
  'order-expired': 409,
  'order-refunded': 409,
  'return-open': 409,
  'no-return-open': 409,
  'delivery-pending': 409,
  'delivery-over': 409,
  'message-too-late': 409,
  'already-waiting': 409,
  'line-full': 409,
  'not-offered': 409,
  'offer-taken': 409,
  'offer-lapsed': 409,
  'left-line': 409,
  'return-without-sale': 409,
  'return-not-received': 409,
  'return-received': 409,
  'return-not-inspected': 409,
  'return-closed': 409,
  'return-cancelled': 409,
  'quantity-exceeds-received': 409,
  'refund-exceeds-paid': 409,
  'unknown-campaign': 404,
  'campaign-ended': 409,
  'unknown-voucher': 404,
  'voucher-used-up': 409,
  'campaign-used-up': 409,
  'voucher-limit': 409,
  'voucher-not-valid-yet': 409,
  'voucher-expired': 409,
  'voucher-not-applicable': 409,
  'unknown-sale': 404,
  'sale-exists': 409,
  'sale-not-armed': 409,
  'sale-armed': 409,
  'sale-pool-taken': 409,
  'sale-open': 409,
  'sale-not-open': 409,
  'sale-closed': 409,
  'pool-in-sale': 409,
  'not-admitted': 429,
  'not-sold-out': 409,
  'unknown-denial': 404,
  denied: 403,
  'no-challenge': 404,
  'challenge-required': 429,
  'challenge-failed': 403,
  'rate-limited': 429,
  'no-waiting-room': 409,
  'unknown-place': 404,
  'place-over': 409,
  'pass-invalid': 403,
  'pass-used': 409,
  'only-at-centre': 409,
  'balance-range': 409,
  'key-reused': 422,
  'stale-version': 412,
  'request-in-flight': 409,
  contended: 503,
  overloaded: 503,
  unavailable: 503,
  'disk-full': 507,
};

/** What can go wrong before a command is understood, or beneath it. */
export const PROTOCOL_PROBLEMS = {
  'malformed-http': [400, 'The request is not well-formed HTTP.'],
  'no-api-key': [401, 'An API key is needed here.'],
  'unknown-api-key': [401, 'There is no such API key.'],
  'revoked-api-key': [401, 'This API key has been revoked.'],
  'role-too-low': [403, 'The role of this API key does not reach that far.'],
  'cross-site': [403, 'Other web sites may not send commands here.'],
  'unknown-route': [404, 'There is nothing at this address.'],
  'method-not-allowed': [405, 'This address does not know that method.'],
  'request-timeout': [408, 'The request took too long to arrive.'],
  'body-too-large': [413, 'The request body is too large.'],
  'address-too-long': [414, 'The address is too long.'],
  'unsupported-media-type': [415, 'The request body must be application/json.'],
  misdirected: [421, 'This server does not answer under that host name.'],
  'headers-too-large': [431, 'The request headers are too large.'],
  internal: [500, 'Something went wrong on our side. Please try again.'],
} as const satisfies Record<string, readonly [status: number, sentence: string]>;

export type ProblemCode = RefusalCode | keyof typeof PROTOCOL_PROBLEMS;

export interface Problem {
  /** Relative to the server: `GET` it for the meaning of the code. */
  type: string;
  title: string;
  status: number;
  /** A sentence for the person who asked. */
  detail: string;
  code: ProblemCode;
  [member: string]: Json;
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

export const PROBLEM_CODES: readonly ProblemCode[] = [
  ...(Object.keys(REFUSAL_STATUS) as RefusalCode[]),
  ...(Object.keys(PROTOCOL_PROBLEMS) as (keyof typeof PROTOCOL_PROBLEMS)[]),
];

export function problem(code: ProblemCode, details: JsonObject = {}): Problem {
  return Object.assign(outside(details), PROBLEMS[code]);
}

/** What problems of a code have in common, made once: making it took 1 µs of each refusal. */
const PROBLEMS = Object.fromEntries(
  PROBLEM_CODES.map((code) => {
    const [status, detail] =
      code in PROTOCOL_PROBLEMS
        ? PROTOCOL_PROBLEMS[code as keyof typeof PROTOCOL_PROBLEMS]
        : [REFUSAL_STATUS[code as RefusalCode], REFUSALS[code as RefusalCode]];
    return [code, { type: `/errors/${code}`, title: title(code), status, detail, code }];
  }),
) as Record<ProblemCode, Problem>;

/** Seconds after which asking again makes sense, for the problems where it does. */
export function retryAfterS(code: ProblemCode, details: JsonObject = {}): number | undefined {
  if (typeof details.retryAfterMs === 'number') return Math.ceil(details.retryAfterMs / 1_000);
  const { status } = PROBLEMS[code];
  return status === 503 || status === 408 || code === 'request-in-flight' ? 1 : undefined;
}

function title(code: ProblemCode): string {
  return (code.charAt(0).toUpperCase() + code.slice(1)).replaceAll('-', ' ');
}

/** Members whose inside name would mislead outside, or stand in the way of the RFC's own. */
const OUTSIDE_NAMES: Record<string, string> = {
  status: 'reservationStatus',
  owner: 'pool',
  document: 'reservation',
  seq: 'version',
};

function outside(details: JsonObject): JsonObject {
  const members: JsonObject = {};
  for (const [name, value] of Object.entries(details)) {
    if (name === 'retryAfterMs') continue;
    if (name === 'at' && typeof value === 'number') members.at = formatInstant(value);
    else if (name.endsWith('AtMs') && typeof value === 'number') {
      members[name.slice(0, -2)] = formatInstant(value);
    } else members[OUTSIDE_NAMES[name] ?? name] = value;
  }
  if (DURATION_FIELDS.has(details.field)) members.expected = durationExpected(details.expected);
  return members;
}

const DURATION_FIELDS: ReadonlySet<unknown> = new Set([
  'holdFor',
  'holdCap',
  'leaseFor',
  'window',
  'for',
]);

/** The kernel counts in ms; whoever wrote `PT0S` did not. */
function durationExpected(expected: Json | undefined): string {
  const bound = /^a whole number from 1 to (\d+)$/.exec(String(expected));
  if (bound === null) return String(expected ?? DURATION_EXPECTED);
  return `a duration of more than nothing, up to ${Number(bound[1]) / 86_400_000}d`;
}

// How calls share a request: one item each, one result each, in the same order. The body of each
// command is the very text that it has when it goes alone. Must not know when batches are sent.

import type { Call } from './call.ts';
import type { HttpRequest, Outcome, Reply } from './exchange.ts';

export type BatchOp = 'reserve' | 'confirm' | 'cancel' | 'extend' | 'change';

const PATH = '/v1/reservations/batch';
/** What the server asks for with a 503 that is a reply of its own; an item has no headers. */
const RETRY_AFTER_MS = 1_000;

export interface BatchItem {
  op: BatchOp;
  key: string;
  reservation: string | undefined;
}

/** What an item has beside the fields of its body. */
export function itemTail({ op, key, reservation }: BatchItem): string {
  const which = reservation === undefined ? '' : `"reservation":${JSON.stringify(reservation)},`;
  return `${which}"op":"${op}","key":${JSON.stringify(key)}}`;
}

/** How many bytes the call's item takes, with the comma after it. Keys and ids are ASCII. */
export function itemBytes({ ask: { itemTail = '', body = '' } }: Call): number {
  return itemTail.length + bytes(body) + 1;
}

export function batchRequest(calls: readonly Call[]): HttpRequest {
  return { method: 'POST', path: PATH, body: `{"items":[${calls.map(itemText).join(',')}]}` };
}

/** The reply to each call; undefined when this is no answer to that many items. */
export function resultsOf(outcome: Outcome, calls: readonly Call[]): Reply[] | undefined {
  if (!('body' in outcome) || outcome.status !== 200) return undefined;
  const { results } = (outcome.body ?? {}) as { results?: (Result | null)[] };
  if (!Array.isArray(results) || results.length !== calls.length) return undefined;
  const replies: Reply[] = [];
  for (const [index, result] of results.entries()) {
    if (result === null || result.key !== calls[index]!.ask.key) return undefined;
    replies.push(replyOf(result));
  }
  return replies;
}

interface Result {
  status: number;
  key: string;
  replayed?: boolean;
  reservation?: unknown;
  problem?: unknown;
}

function replyOf({ status, replayed = false, reservation, problem }: Result): Reply {
  const retryAfterMs = status === 503 || status === 429 ? RETRY_AFTER_MS : undefined;
  return { status, body: reservation ?? problem, repeated: replayed, retryAfterMs };
}

/** The body's fields come first: of a name that stands twice, JSON takes the last. */
function itemText({ ask: { itemTail = '}', body = '{}' } }: Call): string {
  return body === '{}' ? `{${itemTail}` : `${body.slice(0, -1)},${itemTail}`;
}

const BEYOND_ASCII = /[^\0-\x7f]/;
const encoder = new TextEncoder();

function bytes(text: string): number {
  return BEYOND_ASCII.test(text) ? encoder.encode(text).length : text.length;
}

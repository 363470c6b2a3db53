// Reads a request out of bytes where it is as plain as nearly all are: whole in one piece, HTTP/1.1,
// ASCII headers, a length, kept alive. What is anything else is not refused here and not repaired: it
// is no plain message, and Node's own parser reads it.

import { isAscii } from 'node:buffer';
import type { ReadHeader } from '../exchange.ts';
import { textOfBody } from '../json-body.ts';

export interface PlainMessage {
  /** `POST /v1/reservations`. */
  address: string;
  headers: { [Name in ReadHeader]?: string };
  body: string;
  /** What came behind it: the next request. */
  rest: Buffer | undefined;
}

const VERSION = ' HTTP/1.1';
const LINE_END = '\r\n';
/** A method and a target of visible characters (RFC 9112, section 3): no other line ends in between. */
const ADDRESS = /^[A-Z]+ [!-~]+$/;
/** Field lines and the empty line behind them (RFC 9112, section 5), without obsolete folding. */
const FIELDS = /(?:[!#-'*+\-.^_`|~\dA-Za-z]+:[\t -~]*\r\n)+\r\n/y;
const LENGTH = /^\d{1,9}$/;

/** To themselves: a name that was cut out of a text makes a slower key than one of the code. */
const READ = new Map<string, ReadHeader>(
  (
    [
      'authorization',
      'content-length',
      'content-type',
      'holdfast-device',
      'host',
      'idempotency-key',
      'if-match',
      'if-none-match',
      'prefer',
      'sec-fetch-site',
      'x-forwarded-for',
    ] as const
  ).map((name) => [name, name]),
);
/** They say how a message is framed or what becomes of its connection. */
const NOT_PLAIN: ReadonlySet<string> = new Set([
  'expect',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Undefined: Node has to read it. */
export function readPlainMessage(bytes: Buffer, headMaxBytes: number): PlainMessage | undefined {
  const text = bytes.toString('latin1');
  const lineEnd = text.indexOf(LINE_END);
  if (lineEnd < 0 || !text.startsWith(VERSION, lineEnd - VERSION.length)) return undefined;
  const address = text.slice(0, lineEnd - VERSION.length);
  if (!ADDRESS.test(address)) return undefined;
  FIELDS.lastIndex = lineEnd + LINE_END.length;
  if (!FIELDS.test(text)) return undefined;
  const bodyAt = FIELDS.lastIndex;
  if (bodyAt > headMaxBytes) return undefined;
  const headers = readFields(text, lineEnd + LINE_END.length, bodyAt - LINE_END.length);
  if (headers?.host === undefined) return undefined;
  const { 'content-length': length = '0' } = headers;
  if (!LENGTH.test(length)) return undefined;
  const end = bodyAt + Number(length);
  if (end > bytes.length) return undefined;
  const body = isAscii(bytes) ? text.slice(bodyAt, end) : textOfBody(bytes.subarray(bodyAt, end));
  if (body === undefined) return undefined;
  return { address, headers, body, rest: end < bytes.length ? bytes.subarray(end) : undefined };
}

function readFields(text: string, start: number, end: number): PlainMessage['headers'] | undefined {
  const headers: PlainMessage['headers'] = {};
  let at = start;
  while (at < end) {
    const colon = text.indexOf(':', at);
    const next = text.indexOf(LINE_END, colon);
    const name = text.slice(at, colon).toLowerCase();
    const read = READ.get(name);
    if (read !== undefined) {
      // Which of two would count is not for this file to say.
      if (headers[read] !== undefined) return undefined;
      headers[read] = text.slice(colon + 1, next).trim();
    } else if (NOT_PLAIN.has(name)) return undefined;
    else if (name === 'connection') {
      if (
        text
          .slice(colon + 1, next)
          .trim()
          .toLowerCase() !== 'keep-alive'
      )
        return undefined;
    }
    at = next + LINE_END.length;
  }
  return headers;
}

// Requests for reservations as bytes on a socket, and the replies to them, with the way on which each came.

import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';

export const TEA = JSON.stringify({ lines: [{ pool: 'tea', quantity: 1 }], buyer: 'Zoë' });
export const KEY = 'Idempotency-Key: k-1\r\n';
/** Says nothing to either, and only the framework takes it. */
export const UNUSUAL = 'TE: trailers\r\n';

export interface Asking {
  head?: string;
  body?: string;
  host?: string;
  address?: string;
}

export function request({
  head = '',
  body = TEA,
  host = 'localhost',
  address = 'POST /v1/reservations',
}: Asking) {
  return (
    `${address} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n${head}` +
    `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  );
}

export interface Answer {
  status: number;
  /** Whether it came on the direct way, which writes names as they are written in the code. */
  isDirect: boolean;
  headers: Record<string, string>;
  body: Record<string, unknown>;
}

/** Reads so many replies from a connection. */
export async function answers(socket: Socket, count: number): Promise<Answer[]> {
  let bytes: Buffer = Buffer.alloc(0);
  const found: Answer[] = [];
  for await (const piece of socket.iterator({ destroyOnReturn: false })) {
    bytes = Buffer.concat([bytes, piece as Buffer]);
    for (let next = readAnswer(bytes); next !== undefined; next = readAnswer(bytes)) {
      found.push(next.answer);
      bytes = bytes.subarray(next.end);
    }
    if (found.length >= count) break;
  }
  assert.equal(found.length, count);
  return found;
}

function readAnswer(bytes: Buffer): { answer: Answer; end: number } | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const [first, ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const pairs = lines.map((line) => line.split(/: (.*)/s) as [string, string]);
  const headers = Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), value]));
  const end = headEnd + 4 + Number(headers['content-length'] ?? 0);
  if (bytes.length < end) return undefined;
  const text = bytes.toString('utf8', headEnd + 4, end);
  const body = text === '' ? {} : JSON.parse(text);
  const isDirect = pairs.some(([name]) => name === 'Content-Security-Policy');
  return { answer: { status: Number(first!.slice(9, 12)), isDirect, headers, body }, end };
}

export async function ask(port: number, bytes: string | Buffer): Promise<Answer> {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  const [answer] = await answers(socket, 1);
  socket.destroy();
  return answer!;
}

// Guests that a server has beside its buyers: malformed requests, connections that are cut at every
// point of a request, and live readers that come and go. Says what was answered wrongly; what they
// leave behind must be nothing.

import { connect } from 'node:net';
import type { HoldfastClient } from '../src/client/index.ts';
import type { Ledger } from './ledger.ts';
import { drawPools, oneOf } from './shop.ts';

export interface Guests {
  url: string;
  client: HoldfastClient;
  ledger: Ledger;
  signal: AbortSignal;
}

const GOOD = '{"lines":[{"pool":"soak-20-a","quantity":1}],"holdFor":"2s"}';

const MALFORMED: readonly string[] = [
  '',
  '{',
  'null',
  '[]',
  '{"lines":[]}',
  '{"lines":[{"pool":"soak-1-a"}]}',
  '{"lines":[{"pool":"soak-1-a","quantity":0}]}',
  '{"lines":[{"pool":"soak-1-a","quantity":1.5}]}',
  '{"lines":[{"pool":"soak-1-a","quantity":9007199254740993}]}',
  '{"lines":[{"pool":"soak-1-a","quantity":"1"}]}',
  '{"lines":[{"pool":"\\u0000","quantity":1}]}',
  '{"lines":[{"pool":"soak-1-a","quantity":1}],"buyer":"\\ud800"}',
  '{"lines":[{"pool":"soak-1-a","quantity":1}],"holdFor":"soon"}',
  '{"lines":[{"pool":"soak-1-a","quantity":1}],"unknown":1}',
  `{"lines":${'['.repeat(5_000)}${']'.repeat(5_000)}}`,
  `{"lines":[{"pool":"soak-1-a","quantity":1}],"metadata":{"a":"${'x'.repeat(5_000)}"}}`,
  `{"lines":[{"pool":"soak-1-a","quantity":1}],"buyer":"${'x'.repeat(1_100_000)}"}`,
];

/** Must be refused as what it is: 4xx with problem details. */
export async function sendMalformed({ url, ledger }: Guests): Promise<void> {
  const body = oneOf(MALFORMED);
  const headers = { 'Content-Type': 'application/json' };
  const reply = await fetch(`${url}/v1/reservations`, { method: 'POST', headers, body }).catch(
    () => undefined,
  );
  // A body that is too large may be cut before it is answered.
  if (reply === undefined) return;
  await reply.text();
  const isProblem = reply.headers.get('content-type')?.startsWith('application/problem+json');
  if (reply.status < 400 || reply.status >= 500 || isProblem !== true) {
    ledger.mistake(`malformed ${body.slice(0, 80)}: ${reply.status}`);
  }
  ledger.done.set('malformed', (ledger.done.get('malformed') ?? 0) + 1);
}

/** Sends all or part of a request and goes, without reading what may come. */
export function cutConnection({ url, ledger }: Guests): Promise<void> {
  const { hostname, port } = new URL(url);
  const request = [
    'POST /v1/reservations HTTP/1.1',
    `Host: ${hostname}:${port}`,
    'Content-Type: application/json',
    `Content-Length: ${GOOD.length}`,
    '',
    GOOD,
  ].join('\r\n');
  const length = Math.random() < 0.5 ? request.length : Math.floor(Math.random() * request.length);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.on('error', () => {});
    socket.once('close', () => {
      ledger.done.set('cut', (ledger.done.get('cut') ?? 0) + 1);
      resolve();
    });
    socket.once('connect', () => {
      socket.write(request.slice(0, length), () => {
        if (Math.random() < 0.5) socket.resetAndDestroy();
        else setTimeout(() => socket.destroy(), Math.random() * 20);
      });
    });
  });
}

/** One live reader after another on this seat, each for a while. */
export async function readEvents(guests: Guests, visitMaxMs: number): Promise<void> {
  const { client, ledger, signal } = guests;
  while (!signal.aborted) {
    const visit = AbortSignal.any([
      signal,
      AbortSignal.timeout(Math.ceil(Math.random() * visitMaxMs)),
    ]);
    const pools = Math.random() < 0.7 ? { pools: drawPools() } : {};
    try {
      for await (const _ of client.events({ ...pools, signal: visit })) {
        ledger.done.set('event', (ledger.done.get('event') ?? 0) + 1);
      }
    } catch (error) {
      if (!visit.aborted) ledger.mistake(`events: ${error}`);
    }
    ledger.done.set('visit', (ledger.done.get('visit') ?? 0) + 1);
  }
}

// The requests of the load, as text that is ready to be written: all of one length, with a random
// buyer and a random key in each. Sends nothing.

import { randomUUID } from 'node:crypto';

/** Longer than any run: nothing of it falls due by itself. */
export const STAYS_FOR = 'PT24H';

export interface DrawnFrom {
  pools: readonly string[];
  buyers: number;
}

export function poolNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `pool-${String(index).padStart(4, '0')}`);
}

export function randomPool(pools: readonly string[]): string {
  return pools[Math.floor(Math.random() * pools.length)]!;
}

export function randomBuyer(buyers: number): string {
  return `buyer-${String(Math.floor(Math.random() * buyers)).padStart(7, '0')}`;
}

/** Makes whole HTTP requests of `POST /v1/reservations`; pool names must have one length. */
export function reserveRequests({ pools, buyers }: DrawnFrom): () => string {
  return postRequests('/v1/reservations', () => {
    const line = `{"pool":"${randomPool(pools)}","quantity":1}`;
    return `{"lines":[${line}],"buyer":"${randomBuyer(buyers)}","holdFor":"${STAYS_FOR}"}`;
  });
}

/** Makes whole HTTP requests with a key each; all bodies must have one length. */
export function postRequests(path: string, body: () => string): () => string {
  const head =
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${body().length}\r\nIdempotency-Key: `;
  return () => `${head}${randomUUID()}\r\n\r\n${body()}`;
}

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
  const body = (pool: string, buyer: string) =>
    `{"lines":[{"pool":"${pool}","quantity":1}],"buyer":"${buyer}","holdFor":"${STAYS_FOR}"}`;
  const bytes = body(pools[0]!, randomBuyer(buyers)).length;
  const head =
    'POST /v1/reservations HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n' +
    `Content-Length: ${bytes}\r\nIdempotency-Key: `;
  return () => `${head}${randomUUID()}\r\n\r\n${body(randomPool(pools), randomBuyer(buyers))}`;
}

// What comes before the opening: buyers who try too early. Each is refused, and the servers, which have just begun,
// have done their work a few thousand times when the crowd comes. Counts nothing.

import { randomUUID } from 'node:crypto';
import { RequestLoad } from '../../src/bench/http/request-load.ts';
import { loopbackPorts } from './loopback.ts';

const CONNECTIONS = 20;
const FOR_MS = 2_000;

/** @throws Error when one of them got an order before the sale was open. */
export async function warmUp(
  urls: readonly string[],
  { sale, pool }: { sale: string; pool: string },
): Promise<void> {
  const body = `{"buyer":"early","lines":[{"pool":"${pool}","quantity":1}]}`;
  const head =
    `POST /v1/sales/${sale}/checkout HTTP/1.1\r\nHost: 127.0.0.1\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${body.length}\r\nIdempotency-Key: `;
  for (const port of loopbackPorts(urls)) {
    const load = await RequestLoad.open(port, CONNECTIONS);
    try {
      const { accepted } = await load.closed(() => `${head}${randomUUID()}\r\n\r\n${body}`, FOR_MS);
      if (accepted > 0) throw new Error(`${accepted} got an order before the opening`);
    } finally {
      load.close();
    }
  }
}

// One request as a caller of the API sends it, again under its key where the server says that it has not even tried.

import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';

const PAUSE_MS = 50;

/** The body of what it is answered with. @throws Error for any answer but a good one */
export async function sent(method: 'PUT' | 'POST', url: string, body: object): Promise<object> {
  const request = {
    method,
    headers: { 'content-type': 'application/json', 'idempotency-key': randomUUID() },
    body: JSON.stringify(body),
  };
  for (;;) {
    const reply = await fetch(url, request);
    if (reply.ok) return (await reply.json()) as object;
    const said = await reply.text();
    // One that has just started on a busy machine turns the first away.
    if (reply.status !== 503) throw new Error(`${method} ${url}: ${reply.status} ${said}`);
    await wait(PAUSE_MS);
  }
}

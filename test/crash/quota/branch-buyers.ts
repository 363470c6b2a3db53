// Buyers at one place, a node or the centre: they hold, and confirm, cancel or forget; what they were
// told is written down. A reply that did not come is asked for again under its key, a few times.

import { randomUUID } from 'node:crypto';
import { HttpClient, type Reply } from '../http-client.ts';
import type { Random } from '../random.ts';
import { POOLS } from './branch-processes.ts';

/** What was promised to buyers, by the sale's id: units of each pool. */
export type Told = Map<string, Record<string, number>>;

export interface Counts {
  sold: number;
  refused: number;
  unknown: number;
  away: number;
}

export interface Place {
  port: () => number | undefined;
  random: Random;
  told: Told;
  counts: Counts;
  wrong: string[];
  stop: AbortSignal;
}

const BUYERS = 4;
const TRIES = 4;
const BETWEEN_MS = 15;
/** Somebody who holds that long and does nothing is forgotten. */
const HOLD = '1s';

export async function shopAt(place: Place): Promise<void> {
  const buyers = Array.from({ length: BUYERS }, () => buy(place, place.random.branch()));
  await Promise.all(buyers);
}

async function buy(place: Place, random: Random): Promise<void> {
  while (!place.stop.aborted) {
    await visit(place, random);
    await pause(random.whole(1, BETWEEN_MS));
  }
}

async function visit(place: Place, random: Random): Promise<void> {
  const port = place.port();
  if (port === undefined) return;
  const client = new HttpClient(port);
  try {
    const pools = random.chance(0.2) ? POOLS : [random.pick(POOLS)];
    const lines = pools.map((pool) => ({ pool, quantity: random.whole(1, 2) }));
    const held = await ask(place, client, '/v1/reservations', { lines, holdFor: HOLD });
    if (held?.status !== 201) return;
    const path = `/v1/reservations/${held.body.id as string}`;
    const wish = random.fraction();
    if (wish < 0.1) return;
    if (wish < 0.2) {
      await ask(place, client, `${path}/cancel`, {});
      return;
    }
    if (random.chance(0.2)) await pause(random.whole(1, 400));
    hear(place, await ask(place, client, `${path}/confirm`, {}));
  } finally {
    client.close();
  }
}

/** The same command under its key until it is answered, or the place is gone. */
async function ask(place: Place, client: HttpClient, path: string, body: object) {
  const { counts, wrong } = place;
  const key = randomUUID();
  for (let tried = 0; tried < TRIES && !place.stop.aborted; tried += 1) {
    let reply: Reply;
    try {
      reply = await client.exchange({ method: 'POST', path, body, key });
    } catch {
      await pause(20);
      continue;
    }
    if (reply.status < 500) {
      if (reply.status >= 400) counts.refused += 1;
      return reply;
    }
    counts.away += 1;
    if (reply.status !== 503 || !(reply.retryAfterS! > 0)) {
      wrong.push(`${path} was answered ${JSON.stringify(reply)}`);
    }
    await pause(50);
  }
  counts.unknown += 1;
  return undefined;
}

function hear({ told, counts }: Place, reply: Reply | undefined): void {
  if (reply?.status !== 200) return;
  const { id, lines } = reply.body as {
    id: string;
    lines: { pool: string; confirmed: number }[];
  };
  counts.sold += 1;
  told.set(id, Object.fromEntries(lines.map(({ pool, confirmed }) => [pool, confirmed])));
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

// Four server processes sell one hot pool from one database: each unit once, and everybody else is told
// why not.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { ownPostgresMissing } from '../../support/postgres.ts';
import { HttpClient, type Reply } from '../http-client.ts';
import { ServedDatabase } from './served-database.ts';

const SERVERS = 4;
const UNITS = 1_000;
const ATTEMPTS = 20_000;
const BUYERS = 64;
/** One key in so many is sent to two servers at the same moment. */
const TWICE_EVERY = 50;

describe('four servers on one database', { skip: ownPostgresMissing() ?? false }, () => {
  let served: ServedDatabase;
  let clients: HttpClient[];
  const post = (server: number, path: string, body: object, key: string = randomUUID()) =>
    clients[server % SERVERS]!.send({ method: 'POST', path, body, key });

  before(async () => {
    served = await ServedDatabase.start({ servers: SERVERS });
    clients = served.servers.map(({ port }) => new HttpClient(port));
  });
  after(async () => {
    for (const client of clients ?? []) client.close();
    await served?.remove();
  });

  async function sell(attempt: number): Promise<Reply> {
    const key = randomUUID();
    const body = { lines: [{ pool: 'hot', quantity: 1 }] };
    const sent = [post(attempt, '/v1/reservations', body, key)];
    if (attempt % TWICE_EVERY === 0) sent.push(post(attempt + 1, '/v1/reservations', body, key));
    const [held, again] = await Promise.all(sent);
    if (again !== undefined && held!.status === 201) assert.deepEqual(again.body, held!.body);
    if (held!.status !== 201) return held!;
    // Another server than the one that held it.
    return post(attempt + 2, `/v1/reservations/${held!.body.id}/confirm`, {});
  }

  test(`${ATTEMPTS} attempts on ${UNITS} units: exactly ${UNITS} are sold`, async () => {
    await clients[0]!.send({ method: 'PUT', path: '/v1/pools/hot', body: {} });
    await post(0, '/v1/pools/hot/receive', { quantity: UNITS });
    const outcomes: Record<string, number> = {};
    let next = 0;
    const buyer = async () => {
      while (next < ATTEMPTS) {
        next += 1;
        const { status, body } = await sell(next);
        const outcome = status === 200 ? String(body.status) : `${status} ${body.code}`;
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      }
    };
    await Promise.all(Array.from({ length: BUYERS }, buyer));
    const expected = { CONFIRMED: UNITS, '409 insufficient-stock': ATTEMPTS - UNITS };
    assert.deepEqual(outcomes, expected);
    for (const client of clients) {
      const { body } = await client.send({ method: 'GET', path: '/v1/pools/hot' });
      assert.deepEqual([body.available, body.held, body.sold], [0, 0, UNITS]);
    }
    assert.equal(await served.verify(), undefined);
  });
});

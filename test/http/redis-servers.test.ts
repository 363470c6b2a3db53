// Two servers over one store in Redis, over real sockets: what one sells the other shows and tells live, and the
// reply says how old it may be.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { once } from '../../src/engines/conformance/once.ts';
import { type RunningServer, startServer } from '../../src/http/server.ts';
import { RecordedRedis } from '../engines/redis/recorded-redis.ts';
import { postgresMissing } from '../support/postgres.ts';
import { redisMissing } from '../support/redis.ts';
import { EventReader } from './event-reader.ts';

async function send(server: RunningServer, path: string, body: object, method = 'POST') {
  const response = await fetch(server.url + path, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

describe('two servers over Redis', { skip: redisMissing() ?? postgresMissing() ?? false }, () => {
  it('one tells live what the other sells', async (t) => {
    const store = await RecordedRedis.make();
    const [one, other] = [await store.open(), await store.open()];
    const servers = [
      await startServer({ stock: one, port: 0 }),
      await startServer({ stock: other, port: 0 }),
    ] as const;
    t.after(async () => {
      for (const server of servers) await server.close();
      await store.drop();
    });
    const [first, second] = servers;
    assert.equal((await send(first, '/v1/pools/tea', {}, 'PUT')).status, 201);
    assert.equal((await send(first, '/v1/pools/tea/receive', { quantity: 5 })).status, 200);
    const reader = await EventReader.open(`${second.url}/v1/events?pool=tea`);
    const [snapshot] = await reader.take(1);
    assert.equal(snapshot!.event, 'snapshot');
    const line = { lines: [{ pool: 'tea', quantity: 2 }] };
    assert.equal((await send(first, '/v1/reservations', line)).status, 201);
    for (let available = -1; available !== 3; ) {
      const [message] = await reader.take(1);
      available = message!.data?.pools?.[0]?.available ?? available;
    }
    reader.cut();
    const look = async () => {
      const response = await fetch(`${second.url}/v1/availability?pools=tea`);
      assert.equal(response.headers.get('holdfast-age-max-ms'), '250');
      return ((await response.json()) as { pools: { available: number }[] }).pools[0]?.available;
    };
    assert.equal(await once(look, (available) => available === 3), 3);
    const shown = await fetch(`${second.url}/v1/pools/tea`);
    assert.equal(shown.headers.get('holdfast-age-max-ms'), '250');
    assert.partialDeepStrictEqual(await shown.json(), { available: 3, held: 2 });
  });
});

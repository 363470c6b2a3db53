// When a command is answered, as its caller prefers, over a real store that decides before it is recorded: a hold
// as soon as it is decided or once it is recorded, a confirm never before; and the reply says what was kept to.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { once } from '../../src/engines/conformance/once.ts';
import { keysOf } from '../../src/engines/redis/keys.ts';
import { RecordedInPostgres } from '../../src/engines/redis/recorded-in-postgres.ts';
import { RedisEngine } from '../../src/engines/redis/redis-engine.ts';
import { type FreshSchema, freshSchema, postgresMissing } from '../support/postgres.ts';
import { ask } from '../support/redis/server.ts';
import { type FreshNamespace, freshNamespace, redisMissing } from '../support/redis.ts';
import { accepted } from '../support/shop.ts';
import { ServedShop } from './served-shop.ts';

/** Longer than the test: the lease is not what it is about. */
const LEASE_MS = 600_000;
const CART = { lines: [{ pool: 'tea', quantity: 1 }] };
const missing = redisMissing() ?? postgresMissing();

describe('Prefer: ack', { skip: missing ?? false }, () => {
  let namespace: FreshNamespace;
  let schema: FreshSchema;
  let shop: ServedShop;

  before(async () => {
    [namespace, schema] = [await freshNamespace(), await freshSchema()];
    const remembering = await RecordedInPostgres.open(schema.address);
    const options = { remembering, leaseMs: LEASE_MS };
    shop = await ServedShop.open({}, () => RedisEngine.open(namespace.address, options));
    accepted(await shop.stock.putPool({ pool: 'tea' }));
    accepted(await shop.stock.receive({ pool: 'tea', quantity: 900 }));
  });
  after(async () => {
    await shop?.close();
    await namespace?.drop();
    await schema?.drop();
  });

  async function posted(path: string, body: object, prefer?: string) {
    const headers = { 'content-type': 'application/json', ...(prefer ? { prefer } : {}) };
    const asked = { method: 'POST', headers, body: JSON.stringify(body) };
    const reply = await fetch(`${shop.url}${path}`, asked);
    const applied = reply.headers.get('preference-applied');
    return { status: reply.status, applied, body: (await reply.json()) as { id: string } };
  }
  const held = (prefer?: string) => posted('/v1/reservations', CART, prefer);

  test('is kept to, and said', async () => {
    assert.equal((await held()).applied, null);
    assert.equal((await held('ack=decided')).applied, 'ack=decided');
    assert.equal((await held('respond-async, ack="recorded"; now')).applied, 'ack=recorded');
    assert.equal((await held('ack=soon')).applied, null);
    const { id } = (await held()).body;
    const confirmed = await posted(`/v1/reservations/${id}/confirm`, {}, 'ack=decided');
    assert.deepEqual([confirmed.status, confirmed.applied], [200, null], 'a sale is recorded');
  });

  test('while nothing is recorded holds go on for those who do not ask for it', async () => {
    const { leader } = keysOf(namespace.namespace);
    await ask(namespace.address, ['SET', leader, 'nobody', 'PX', String(LEASE_MS)]);
    const late = await once(
      () => held('ack=recorded'),
      ({ status }) => status === 503,
    );
    assert.equal(late.status, 503);
    const { status, body } = await held();
    assert.equal(status, 201);
    assert.equal((await posted(`/v1/reservations/${body.id}/confirm`, {})).status, 503);
    const other = (await held()).body.id;
    assert.equal((await posted(`/v1/reservations/${other}/cancel`, {})).status, 200);
    await ask(namespace.address, ['DEL', leader]);
    const again = await posted(`/v1/reservations/${body.id}/confirm`, {});
    assert.equal(again.status, 409, 'it was confirmed, and under another key');
  });
});

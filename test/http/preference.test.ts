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
interface Body {
  id: string;
  /** Of a batch. */
  results: { status: number }[];
}
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
    accepted(await shop.stock.receive({ pool: 'tea', quantity: 1_000_000 }));
  });
  after(async () => {
    await shop?.close();
    await namespace?.drop();
    await schema?.drop();
  });

  async function posted(path: string, body: object, prefer?: string, url = shop.url) {
    const headers = { 'content-type': 'application/json', ...(prefer ? { prefer } : {}) };
    const asked = { method: 'POST', headers, body: JSON.stringify(body) };
    const reply = await fetch(`${url}${path}`, asked);
    const applied = reply.headers.get('preference-applied');
    return { status: reply.status, applied, body: (await reply.json()) as Body };
  }
  const held = (prefer?: string, url?: string) => posted('/v1/reservations', CART, prefer, url);

  test('is kept to, and said', async () => {
    assert.equal((await held()).applied, null);
    assert.equal((await held('ack=decided')).applied, 'ack=decided');
    assert.equal((await held('respond-async, ack="recorded"; now')).applied, 'ack=recorded');
    assert.equal((await held('ack=soon')).applied, null);
    const { id } = (await held()).body;
    const confirmed = await posted(`/v1/reservations/${id}/confirm`, {}, 'ack=decided');
    const said = [confirmed.status, confirmed.applied];
    assert.deepEqual(said, [200, 'ack=recorded'], 'a sale is recorded');
  });

  test('of a batch holds for each of its items', async () => {
    const batch = { items: [{ ...CART, key: 'one' }, CART] };
    const applied = async (prefer?: string) => {
      const reply = await posted('/v1/reservations/batch', batch, prefer);
      return [reply.status, reply.applied];
    };
    assert.deepEqual(await applied(), [200, null]);
    assert.deepEqual(await applied('ack=decided'), [200, 'ack=decided']);
    assert.deepEqual(await applied('ack=recorded'), [200, 'ack=recorded']);
  });

  test('a server that answers what is recorded gives no less, and says so', async () => {
    const remembering = await RecordedInPostgres.open(schema.address);
    const options = { remembering, leaseMs: LEASE_MS, ack: 'recorded' as const };
    const recorded = await ServedShop.open({}, () => RedisEngine.open(namespace.address, options));
    try {
      assert.equal((await held('ack=decided', recorded.url)).applied, 'ack=recorded');
      assert.equal((await held('ack=recorded', recorded.url)).applied, 'ack=recorded');
      const batch = { items: [CART] };
      const reply = await posted('/v1/reservations/batch', batch, 'ack=decided', recorded.url);
      assert.equal(reply.applied, 'ack=recorded');
    } finally {
      await recorded.close();
    }
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
    const items = { items: [CART, { op: 'confirm', reservation: other }] };
    const statusesOf = async (prefer: string) => {
      const { body: reply } = await posted('/v1/reservations/batch', items, prefer);
      return reply.results.map((result) => result.status);
    };
    assert.deepEqual(await statusesOf('ack=decided'), [201, 409], 'a hold of a batch waited');
    assert.deepEqual(
      await statusesOf('ack=recorded'),
      [503, 409],
      'a hold of a batch did not wait',
    );
    await ask(namespace.address, ['DEL', leader]);
    const again = await posted(`/v1/reservations/${body.id}/confirm`, {});
    assert.equal(again.status, 409, 'it was confirmed, and under another key');
  });
});

// What a Redis has lost comes back from the record, by itself and under servers that are at work: nothing that is
// recorded is missing afterwards, nothing is sold twice, and nobody decides meanwhile.

import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { once } from '../../../src/engines/conformance/once.ts';
import { Recorder } from '../../../src/engines/postgres/recorder.ts';
import { keysOf } from '../../../src/engines/redis/keys.ts';
import { rebuildStore } from '../../../src/engines/redis/rebuild-store.ts';
import { RecordedInPostgres } from '../../../src/engines/redis/recorded-in-postgres.ts';
import { type OpenRedis, RedisEngine } from '../../../src/engines/redis/redis-engine.ts';
import { Stock } from '../../../src/stock.ts';
import { differences } from '../../support/both-sides.ts';
import { freshSchema, postgresMissing } from '../../support/postgres.ts';
import { ask } from '../../support/redis/server.ts';
import { ownRedisMissing, type RedisServer, startRedis } from '../../support/redis.ts';
import { accepted, heldOnceThere, onceThere } from '../../support/shop.ts';

/** Not waited for where nothing is lost: as long as a busy machine may need between two extensions. */
const LEASE_MS = 2_000;
/** Waited for by nobody: no machine stands still for as long. */
const SURE_MS = 30_000;
const missing = ownRedisMissing() ?? postgresMissing();
const afterwards: (() => Promise<void>)[] = [];

async function redisServer(): Promise<RedisServer> {
  const server = await startRedis({ appendfsync: 'always', 'repl-diskless-sync-delay': '0' });
  afterwards.push(() => server.remove());
  return server;
}

async function schemaAddress(): Promise<string> {
  const schema = await freshSchema();
  afterwards.push(() => schema.drop());
  return schema.address;
}

async function serverOn(
  redis: string,
  record: string,
  asked: Pick<OpenRedis, 'leaseMs' | 'ack'> = {},
): Promise<Stock> {
  const remembering = await RecordedInPostgres.open(record);
  const options = { remembering, leaseMs: LEASE_MS, ack: 'recorded' as const, ...asked };
  const stock = await Stock.open(await RedisEngine.open(redis, options), { sweep: false });
  afterwards.push(() => stock.close());
  return stock;
}

const cart = { lines: [{ pool: 'tea', quantity: 1 }], holdForMs: 600_000 };

/** A busy machine may be late for an extension. */
async function filled(stock: Stock): Promise<void> {
  accepted(await onceThere(() => stock.putPool({ pool: 'tea' }, { key: 'made' })));
  accepted(await onceThere(() => stock.receive({ pool: 'tea', quantity: 5 }, { key: 'in' })));
}

const held = (stock: Stock, key: string) => heldOnceThere(stock, cart, key);

/** What was made anew is as the record says, and nobody took the change of epochs for drift. */
async function agrees({ engine }: Stock): Promise<void> {
  assert.deepEqual(await (engine as RedisEngine).reconciling!.compareAll(), []);
  const entries = await engine.entries({ after: 0, limit: 1_000 });
  const told = entries.flatMap(({ events }) => events.map(({ type }) => type));
  assert.ok(!told.includes('drift.found'), told.join(', '));
}

describe('rebuilding a store in Redis', { skip: missing ?? false }, () => {
  afterEach(async () => {
    for (const end of afterwards.splice(0).reverse()) await end();
  });

  test('an emptied one comes back under two servers, as it was', async () => {
    const [redis, record] = [await redisServer(), await schemaAddress()];
    const [one, other] = [
      await serverOn(redis.address, record),
      await serverOn(redis.address, record),
    ];
    await filled(one);
    const [kept, sold] = [await held(one, 'kept'), await held(other, 'sold')];
    accepted(await onceThere(() => one.confirm({ reservation: sold }, { key: 'paid' })));
    const sides = { redis: redis.address, record };
    assert.deepEqual(await differences(sides), []);
    await ask(redis.address, ['FLUSHALL']);
    const refused = await once(
      () => one.reserve(cart).catch((error: Error) => error.message),
      (found) => typeof found === 'string',
    );
    assert.match(String(refused), /lost this store|being rebuilt/);
    assert.equal(one.engine.health().ok, false);
    await assert.rejects(one.engine.glance!.owners(['tea']), /lost this store|being rebuilt/);
    assert.equal(await held(other, 'kept'), kept, 'its key is remembered');
    assert.equal(await held(one, 'kept'), kept);
    assert.deepEqual(await differences(sides), []);
    await agrees(one);
    await agrees(other);
    const paid = await onceThere(() => other.confirm({ reservation: sold }, { key: 'paid' }));
    assert.ok(paid.ok && paid.repeated);
    assert.equal((await other.reservation(sold))?.status, 'CONFIRMED');
    const late = await onceThere(() => one.cancel({ reservation: sold }, { key: 'late' }));
    assert.ok(!late.ok && late.code !== 'unknown-reservation', JSON.stringify(late));
    accepted(await onceThere(() => one.cancel({ reservation: kept }, { key: 'dropped' })));
    const [tea] = await other.engine.owners(['tea']);
    const { available, held: inCarts, sold: gone } = tea!.accounts;
    assert.deepEqual(
      [available, inCarts, gone].map((account) => account?.balance),
      [4, 0, 1],
    );
  });

  test('what survived and was not recorded is recorded first', async () => {
    const [redis, record] = [await redisServer(), await schemaAddress()];
    const { leader } = keysOf('holdfast');
    // Somebody who seems to record, and does not.
    await ask(redis.address, ['SET', leader, 'nobody', 'PX', '600000']);
    const stock = await serverOn(redis.address, record, { leaseMs: 5_000, ack: 'decided' });
    // What brings stock in would wait for its record.
    await stock.engine.commit([
      {
        floors: [{ account: 'tea/supply', floor: -5 }],
        moves: [{ legs: [{ from: 'tea/supply', to: 'tea/available' }], quantity: 5 }],
        writes: [
          { id: 'pool:tea', kind: 'pool', state: 'OPEN', data: { product: 'tea', place: 'main' } },
        ],
        events: [{ type: 'stock.received', subject: 'tea' }],
      },
    ]);
    const kept = await held(stock, 'kept');
    const recorder = await Recorder.open(record);
    afterwards.push(() => recorder.close());
    const before = await recorder.look();
    assert.deepEqual([before.epoch, before.number], [1, 0], 'nothing is recorded');
    await redis.kill();
    await redis.restart();
    await ask(redis.address, ['DEL', leader]);
    assert.equal(await held(stock, 'kept'), kept);
    assert.equal((await recorder.look()).epoch, 2);
    const [owner] = await stock.engine.owners(['tea']);
    assert.equal(owner!.accounts.available!.balance, 4);
    await stock.engine.entries({ after: 0, limit: 1 });
    assert.deepEqual(await differences({ redis: redis.address, record }), []);
    await agrees(stock);
  });

  test('a replica that was promoted takes over; who still reaches the old master sells no more', async () => {
    const [master, replica] = [await redisServer(), await redisServer()];
    const record = await schemaAddress();
    // Longer than a busy machine holds the new one up: the old one would take its turn back.
    const patient = { leaseMs: 3 * LEASE_MS };
    const stock = await serverOn(master.address, record, patient);
    await filled(stock);
    await held(stock, 'both have it');
    await ask(replica.address, ['REPLICAOF', '127.0.0.1', new URL(master.address).port]);
    const link = await once(
      async () => String(await ask(replica.address, ['INFO', 'replication'])),
      (info) => info.includes('master_link_status:up'),
    );
    assert.match(link, /master_link_status:up/);
    await ask(replica.address, ['REPLICAOF', 'NO', 'ONE']);
    const late = await held(stock, 'the old one alone');
    const promoted = await serverOn(replica.address, record, patient);
    assert.equal(await held(promoted, 'the old one alone'), late, 'it was recorded');
    const refused = await stock.reserve(cart).catch((error: Error) => error.message);
    assert.equal(typeof refused, 'string', 'two masters sell');
    await held(promoted, 'new');
    assert.deepEqual(await differences({ redis: replica.address, record }), []);
    await agrees(promoted);
  });

  test('an empty Redis is no store: who comes to it by mistake stops nobody', async () => {
    const [redis, empty] = [await redisServer(), await redisServer()];
    const record = await schemaAddress();
    const stock = await serverOn(redis.address, record, { leaseMs: SURE_MS });
    await filled(stock);
    await assert.rejects(serverOn(empty.address, record), /another one answers at its address/);
    await held(stock, 'goes on');
  });

  test('a person says that another Redis takes over', async () => {
    const [redis, empty] = [await redisServer(), await redisServer()];
    const record = await schemaAddress();
    const stock = await serverOn(redis.address, record);
    await filled(stock);
    const kept = await held(stock, 'kept');
    const remembering = await RecordedInPostgres.open(record);
    const options = { remembering, leaseMs: SURE_MS, closes: true };
    const answer = await rebuildStore(empty.address, options);
    await remembering.close();
    assert.ok(answer.ok, JSON.stringify(answer));
    const refused = await stock.reserve(cart).catch((error: Error) => error.message);
    assert.equal(typeof refused, 'string', 'two Redis sell');
    assert.equal(
      await held(await serverOn(empty.address, record, { leaseMs: SURE_MS }), 'kept'),
      kept,
    );
  });
});

// What is final leaves Redis after a day, what the record has forgotten leaves with it, and nobody notices:
// it is still read, repeated and refused as before.

import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { once } from '../../../src/engines/conformance/once.ts';
import type { Engine } from '../../../src/engines/contract.ts';
import { Departures } from '../../../src/engines/redis/departures.ts';
import { keysOf } from '../../../src/engines/redis/keys.ts';
import { RedisEngine } from '../../../src/engines/redis/redis-engine.ts';
import type { Stock } from '../../../src/stock.ts';
import { MemoryRecord } from '../../support/memory-record.ts';
import { postgresMissing } from '../../support/postgres.ts';
import { ask } from '../../support/redis/server.ts';
import { freshNamespace, provideRedis, redisMissing } from '../../support/redis.ts';
import { accepted, refused } from '../../support/shop.ts';
import { RecordedRedis } from './recorded-redis.ts';

const HOUR_MS = 3_600_000;
const line = { lines: [{ pool: 'tea', quantity: 1 }], holdForMs: HOUR_MS };
/** The pool's own. */
const NAMED = 1;

describe('what leaves a store in Redis', {
  skip: redisMissing() ?? postgresMissing() ?? false,
}, () => {
  let store: RecordedRedis;

  afterEach(() => store.drop());

  async function opened(): Promise<Stock> {
    store = await RecordedRedis.make();
    const stock = await store.open();
    accepted(await stock.putPool({ pool: 'tea' }));
    accepted(await stock.receive({ pool: 'tea', quantity: 1_000_000 }));
    return stock;
  }

  async function sold(stock: Stock, count: number, round = 0): Promise<string[]> {
    const sales = Array.from({ length: count }, async (_, index) => {
      const key = `sale ${round} ${index}`;
      const { id } = accepted(await stock.reserve(line, { key }));
      accepted(await stock.confirm({ reservation: id }, { key: `${key} paid` }));
      return id;
    });
    return Promise.all(sales);
  }

  const gone = (least: number) =>
    once(
      () => store.count(store.keys.documents),
      (count) => count <= least,
    );

  test('memory is bounded by what is live and by a day', async () => {
    const stock = await opened();
    const held = accepted(await stock.reserve({ ...line, holdForMs: 100 * HOUR_MS }));
    for (let round = 0; round < 3; round += 1) {
      await sold(stock, 150, round);
      assert.ok((await store.count(store.keys.documents)) >= 150);
      store.time.passMs(25 * HOUR_MS);
      assert.equal(await gone(NAMED + 1), NAMED + 1, `round ${round}`);
    }
    assert.equal((await stock.reservation(held.id))?.status, 'HELD', 'a live one left');
  });

  test('not before a day has passed', async () => {
    const stock = await opened();
    const [id] = await sold(stock, 1);
    store.time.passMs(23 * HOUR_MS);
    await stock.engine.entries({ after: 0, limit: 1 });
    const { engine } = stock;
    const departures = new Departures({
      send: (...command) => ask(store.server, command.map(String)) as never,
      ...{ keys: store.keys, epoch: 1, keptMs: 24 * HOUR_MS },
      remembering: { remembers: async (asked) => asked.map(() => true), past: engine },
      nowMs: () => store.time.wallMs(),
    });
    await departures.step({ epoch: 1, number: Number.MAX_SAFE_INTEGER });
    assert.equal(departures.gone.documents, 0);
    assert.equal(await store.ask('HEXISTS', store.keys.documents, id!), 1);
  });

  test('one that has left is found, refused as before, and goes on when asked', async () => {
    const stock = await opened();
    const [id] = await sold(stock, 1);
    const cancelled = accepted(await stock.reserve(line)).id;
    accepted(await stock.cancel({ reservation: cancelled }));
    const before = await stock.reservation(id!);
    store.time.passMs(25 * HOUR_MS);
    await gone(NAMED);
    assert.equal(await store.ask('HEXISTS', store.keys.documents, id!), 0);
    assert.deepEqual(await stock.reservation(id!), before);
    refused(await stock.confirm({ reservation: id! }), 'already-confirmed');
    refused(await stock.confirm({ reservation: cancelled }), 'already-cancelled');
    accepted(await stock.return({ reservation: id!, lines: [{ pool: 'tea', quantity: 1 }] }));
    assert.equal((await stock.reservation(id!))?.version, before!.version + 1);
    const unknown = { reservation: crypto.randomUUID() };
    refused(await stock.confirm(unknown), 'unknown-reservation');
  });

  test('a repeat gets its first answer as long as the record has it, and is a first try afterwards', async () => {
    const stock = await opened();
    await sold(stock, 1);
    store.time.passMs(25 * HOUR_MS);
    await gone(NAMED);
    const again = await stock.reserve(line, { key: 'sale 0 0' });
    assert.ok(again.ok && again.repeated, 'it was not known any more');
    const requests = await store.count(store.keys.requests);
    await store.query('DELETE FROM request');
    const left = await once(
      () => store.count(store.keys.requests),
      (count) => count === 0,
    );
    assert.ok(requests > 0 && left === 0, `${left} of ${requests} requests are left`);
    const anew = await stock.reserve(line, { key: 'sale 0 0' });
    assert.ok(anew.ok && !anew.repeated);
    await stock.engine.entries({ after: 0, limit: 1 });
    assert.match(stock.engine.health().detail, /Redis answers/, 'it was revoked');
  });

  test('a request that the record has forgotten first is a first try at once', async () => {
    const stock = await opened();
    await sold(stock, 1);
    await stock.engine.entries({ after: 0, limit: 1 });
    await store.query('DELETE FROM request');
    const anew = await stock.reserve(line, { key: 'sale 0 0' });
    assert.ok(anew.ok && !anew.repeated);
  });
});

describe('what is not recorded', { skip: redisMissing() ?? false }, () => {
  test('stays, however old it is', async () => {
    const namespace = await freshNamespace();
    const record = new MemoryRecord();
    const server = await provideRedis();
    let hold = true;
    let carry: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      carry = resolve;
    });
    const take = record.recordBatches.bind(record);
    record.recordBatches = async (batches) => {
      if (hold) await held;
      return take(batches);
    };
    const engine: Engine = await RedisEngine.open(namespace.address, {
      remembering: record,
      keptMs: 0,
    });
    const keys = keysOf(namespace.namespace);
    const write = { id: 'one', kind: 'note', state: 'DONE', data: {}, final: true, fresh: true };
    await engine.commit([{ writes: [write], events: [] }]);
    const departures = new Departures({
      send: (...command) => ask(server, command.map(String)) as never,
      ...{ keys, epoch: 1, keptMs: -1, remembering: record, nowMs: () => Date.now() },
    });
    await departures.step({ epoch: 1, number: 0 });
    assert.equal(await ask(server, ['HLEN', keys.documents]), 1);
    assert.equal(departures.gone.documents, 0);
    hold = false;
    carry();
    const left = await once(
      async () => Number(await ask(server, ['HLEN', keys.documents])),
      (count) => count === 0,
    );
    assert.equal(left, 0);
    assert.equal((await engine.documents(['one']))[0]?.state, 'DONE');
    await engine.close();
    await namespace.drop();
  });
});

// What differs between Redis and its record is found, told, explained and repaired, whatever was changed beside the
// store; and nothing is found where both only are not equally far.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { once } from '../../../src/engines/conformance/once.ts';
import { explain } from '../../../src/engines/redis/drift/explaining.ts';
import type { RedisEngine } from '../../../src/engines/redis/redis-engine.ts';
import type { Stock } from '../../../src/stock.ts';
import { postgresMissing } from '../../support/postgres.ts';
import { redisMissing } from '../../support/redis.ts';
import { accepted, refused } from '../../support/shop.ts';
import { RecordedRedis } from './recorded-redis.ts';

const line = { lines: [{ pool: 'tea', quantity: 1 }], holdForMs: 600_000 };
/** The index has more than text in its members' middle: they are found by how they end. */
const TAKE = `local taken = 0
  for _, member in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
    if string.sub(member, -#ARGV[1]) == ARGV[1] then taken = taken + redis.call('ZREM', KEYS[1], member) end
  end
  return taken`;

const missing = redisMissing() ?? postgresMissing();

describe('a store in Redis and its record', { skip: missing ?? false }, () => {
  let store: RecordedRedis;
  let stock: Stock;
  let engine: RedisEngine;
  let held: string;

  beforeEach(async () => {
    store = await RecordedRedis.make();
    stock = await store.open();
    engine = stock.engine as RedisEngine;
    accepted(await stock.putPool({ pool: 'tea' }));
    accepted(await stock.receive({ pool: 'tea', quantity: 10 }));
    held = accepted(await stock.reserve(line)).id;
    const sold = accepted(await stock.reserve(line));
    accepted(await stock.confirm({ reservation: sold.id }));
  });
  afterEach(() => store.drop());

  const reconciling = () => engine.reconciling!;
  const add = (name: string, at: number, quantity: number) =>
    store.addTo('tea', name, at, quantity);

  /** Finds what was planted, explains and repairs it; both sides agree afterwards. */
  async function mends(expected: readonly string[], why: RegExp): Promise<void> {
    const found = await reconciling().compareAll();
    const names = found.map(({ what, id }) => `${what} ${id === held ? 'held' : id}`);
    assert.deepEqual(names.sort(), [...expected].sort());
    for (const each of await explain(engine, found)) assert.match(each.why, why, each.what);
    const repaired = await reconciling().repair(found);
    for (const each of repaired) assert.notEqual(each.done, 'held', JSON.stringify(each));
    assert.deepEqual(await reconciling().compareAll(), []);
    const tea = await stock.pool('tea');
    assert.deepEqual([tea?.available, tea?.held, tea?.sold], [8, 1, 1]);
    accepted(await stock.cancel({ reservation: held }));
    const journal = await engine.entries({ after: 0, limit: 1_000 });
    const told = journal.flatMap(({ events }) => events.map(({ type }) => type));
    assert.ok(told.includes('drift.found') && told.includes('drift.repaired'), 'it was not told');
    assert.match(engine.health().detail, /Redis answers/, 'something was revoked');
  }

  test('agree, also while much is being decided', async () => {
    let isOver = false;
    const selling = async () => {
      while (!isOver) {
        const { id } = accepted(
          await stock.reserve({ ...line, lines: [{ pool: 'tea', quantity: 1 }] }),
        );
        accepted(await stock.cancel({ reservation: id }));
      }
    };
    const load = Promise.all([selling(), selling(), selling()]);
    for (let round = 0; round < 5; round += 1) {
      assert.deepEqual(await reconciling().compareAll(), []);
    }
    isOver = true;
    await load;
    assert.ok((await reconciling().compareAll()).length === 0);
  });

  test('a balance that was raised', async () => {
    await add('available', 1, 5);
    await mends(['balance tea'], /beside the store/);
  });

  test('a balance that was raised, while it goes on being sold', async () => {
    await add('available', 1, 5);
    let isOver = false;
    const selling = (async () => {
      while (!isOver) {
        const { id } = accepted(await stock.reserve(line));
        accepted(await stock.cancel({ reservation: id }));
      }
    })();
    const found = await reconciling().compareAll();
    assert.deepEqual(
      (await reconciling().repair(found)).map(({ done }) => done),
      ['mended'],
    );
    isOver = true;
    await selling;
    await mendsNothing();
  });

  async function mendsNothing(): Promise<void> {
    assert.deepEqual(await reconciling().compareAll(), []);
    assert.equal((await stock.pool('tea'))?.available, 8);
  }

  test('a balance that was lowered, and a floor', async () => {
    await add('held', 1, -1);
    await add('available', 2, -3);
    await mends(['balance tea', 'floor tea'], /beside the store/);
  });

  test('an owner that was removed', async () => {
    await engine.entries({ after: 0, limit: 1 });
    await store.ask('HDEL', store.keys.owners, 'tea');
    const balances = Array.from({ length: 4 }, () => 'balance tea');
    const names = ['number tea', ...balances, 'floor tea', 'floor tea'];
    await mends(names, /lacks entries|beside the store/);
  });

  test('a document that was removed: its deadline and its place in the index stand for nothing', async () => {
    await store.ask('HDEL', store.keys.documents, held);
    await mends(['document held', 'deadline held', 'index held'], /beside the store/);
  });

  test('the document of a pool that was removed', async () => {
    await store.ask('HDEL', store.keys.documents, 'pool:tea');
    await mends(['document pool:tea', 'index pool:tea'], /beside the store/);
  });

  test('a deadline that was removed', async () => {
    await store.ask('ZREM', store.keys.deadlines, held);
    await mends(['deadline held'], /beside the store/);
  });

  test('a place in the index that was removed', async () => {
    assert.equal(await store.ask('EVAL', TAKE, '1', store.keys.index, held), 1);
    await mends(['index held'], /beside the store/);
  });

  test('what stands in the sorted sets for nothing', async () => {
    await store.ask('ZADD', store.keys.deadlines, '5', 'nobody');
    await store.ask('ZADD', store.keys.index, '0', 'ctea/available\u00000000000000000005nobody');
    await mends(['deadline nobody', 'index nobody'], /beside the store/);
  });

  test('a planted unit that was sold is revoked; both agree again, and the sale goes on', async () => {
    await add('available', 1, 1);
    const sales = await Promise.all(
      Array.from({ length: 9 }, (_, index) => stock.reserve(line, { key: `sale ${index}` })),
    );
    for (const each of sales) accepted(each);
    await once(
      () => engine.health().detail,
      (detail) => /revoked/.test(detail),
    );
    // Explained by what is in the journal, which is told a moment after it is recorded.
    const [last] = (await engine.entries({ after: 0, limit: 1_000 })).slice(-1);
    await once(
      () => engine.health().position,
      (position) => position >= last!.position,
    );
    const found = await reconciling().compareAll();
    const why = (await explain(engine, found)).map((each) => each.why);
    assert.ok(
      why.some((text) => /revoked by entry \d+/.test(text)),
      why.join('; '),
    );
    await reconciling().repair(found);
    assert.deepEqual(await reconciling().compareAll(), []);
    const tea = await stock.pool('tea');
    assert.deepEqual([tea?.available, tea?.held, tea?.sold], [0, 9, 1]);
    refused(await stock.reserve(line), 'insufficient-stock');
    accepted(await stock.cancel({ reservation: held }));
    accepted(await stock.reserve(line));
  });

  test('the server that leads finds it by itself, tells it once, and forgets it when it is over', async () => {
    await add('available', 1, 5);
    const told = async () => {
      const journal = await engine.entries({ after: 0, limit: 1_000 });
      return journal.flatMap(({ events }) => events).filter(({ type }) => type === 'drift.found');
    };
    const events = await once(told, ({ length }) => length > 0);
    assert.deepEqual(
      events.map(({ subject, data }) => [subject, data?.of, data?.redis, data?.record]),
      [['tea', 'tea/available', 13, 8]],
    );
    assert.match(engine.health().detail, /differ in 1/);
    assert.equal(engine.health().drift?.differing, 1);
    assert.ok(engine.health().drift!.compared >= 1);
    await add('available', 1, -5);
    const detail = await once(
      () => engine.health().detail,
      (said) => !said.includes('differ'),
    );
    assert.equal(detail, 'Redis answers');
    assert.equal(engine.health().drift?.differing, 0);
    assert.equal((await told()).length, 1);
  });
});

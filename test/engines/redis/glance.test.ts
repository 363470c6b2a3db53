// Looks at pools and refusals of who comes too late cost no round trip, are never older than they say nor older
// than what the same server has answered, and refuse nobody for long who could have something.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { once } from '../../../src/engines/conformance/once.ts';
import { Connection, type Send } from '../../../src/engines/redis/connection.ts';
import { PoolCache } from '../../../src/engines/redis/pool-cache.ts';
import type { Stock } from '../../../src/stock.ts';
import { postgresMissing } from '../../support/postgres.ts';
import { redisMissing } from '../../support/redis.ts';
import { accepted, refused } from '../../support/shop.ts';
import { RecordedRedis } from './recorded-redis.ts';

const line = { lines: [{ pool: 'tea', quantity: 1 }], holdForMs: 60_000 };
const first = { keyIsNew: true };
const missing = redisMissing() ?? postgresMissing();

describe('pools at a glance', { skip: missing ?? false }, () => {
  let store: RecordedRedis;
  let one: Stock;
  let other: Stock;

  beforeEach(async () => {
    store = await RecordedRedis.make();
    one = await store.open();
    other = await store.open();
    accepted(await one.putPool({ pool: 'tea' }));
    accepted(await one.receive({ pool: 'tea', quantity: 2 }));
  });
  afterEach(() => store.drop());

  const available = async (stock: Stock) => (await stock.availability(['tea']))[0]?.available;
  const move = { legs: [{ from: 'tea/available', to: 'tea/held' }], quantity: 1 };
  const refusal = (stock: Stock) => stock.engine.glance!.refusalNow!({ moves: [move] });

  /** Nothing is left, and a server knows. */
  async function soldOut(stock: Stock): Promise<string> {
    const { id } = accepted(await one.reserve(line, { key: 'first' }));
    accepted(await one.reserve(line));
    assert.notEqual(
      await once(
        () => refusal(stock),
        (found) => found !== undefined,
      ),
      undefined,
    );
    return id;
  }

  test('many looks are one question', async () => {
    let asked = 0;
    const named = { url: store.server, name: 'looks' };
    const connection = await Connection.open(named, async () => {});
    const send: Send = (...command) => {
      asked += 1;
      return connection.send(...command);
    };
    const cache = new PoolCache({ send, keys: store.keys, clock: () => one.engine.clock() });
    await cache.owners(['tea', 'none']);
    await once(
      () => asked,
      (count) => count > 1,
    );
    const before = performance.now();
    const askedBefore = asked;
    for (let look = 0; look < 1_000; look += 1) {
      const [tea, none] = await cache.owners(['tea', 'none']);
      assert.equal(tea?.accounts.available?.balance, 2);
      assert.equal(none, undefined);
    }
    const questionsMax = 2 + (performance.now() - before) / 50;
    assert.ok(asked - askedBefore <= questionsMax, `${asked - askedBefore} questions`);
    await cache.close();
    connection.close();
  });

  test('a server sees what it has answered at once, and the other soon', async () => {
    for (let quantity = 3; quantity < 30; quantity += 1) {
      accepted(await one.receive({ pool: 'tea', quantity: 1 }));
      assert.equal(await available(one), quantity);
    }
    const seen = await once(
      () => available(other),
      (count) => count === 29,
    );
    assert.equal(seen, 29);
    assert.equal((await other.pool('tea', { glance: true }))?.available, 29);
  });

  test('who comes too late is refused as by a commit; who has something keeps it', async () => {
    await soldOut(other);
    const late = refused(
      await other.reserve(line, { key: 'late', ...first }),
      'insufficient-stock',
    );
    const decided = refused(await other.reserve(line, { key: 'late' }), 'insufficient-stock');
    assert.deepEqual(late, decided);
    const again = await other.reserve(line, { key: 'first' });
    assert.ok(again.ok && again.repeated, 'the first answer was not looked for');
  });

  test('a unit that comes back is sold: at once where it came back, and soon elsewhere', async () => {
    const held = await soldOut(one);
    await once(
      () => refusal(other),
      (found) => found !== undefined,
    );
    accepted(await one.cancel({ reservation: held }));
    const next = accepted(await one.reserve(line, first));
    accepted(await one.cancel({ reservation: next.id }));
    const elsewhere = await once(
      () => other.reserve(line, first),
      ({ ok }) => ok,
    );
    assert.ok(elsewhere.ok);
  });

  test('nobody is refused while a unit is due', async () => {
    await soldOut(other);
    store.time.passMs(60_000);
    assert.equal(refusal(other), undefined);
    accepted(await other.reserve(line, first));
  });

  test('what nobody could renew is not used for long', async () => {
    await soldOut(other);
    await other.engine.close();
    const found = await once(
      () => refusal(other),
      (each) => each === undefined,
    );
    assert.equal(found, undefined);
  });
});

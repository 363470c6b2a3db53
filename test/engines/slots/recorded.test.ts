// A store over slots as it is used: opened by its address, its streams recorded in one PostgreSQL store, two
// servers at work on it.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openEngine } from '../../../src/engines/open.ts';
import { Stock } from '../../../src/stock.ts';
import { verify } from '../../../src/verify/verify.ts';
import { type FreshSchema, freshSchema, postgresMissing } from '../../support/postgres.ts';
import { redisMissing } from '../../support/redis.ts';
import { freshSlots } from '../../support/redis-slots-kind.ts';

const SLOTS = 3;
const POOLS = ['tea', 'coffee', 'cup', 'spoon'];
const missing = redisMissing() ?? postgresMissing();

describe('slots that are recorded', { skip: missing ?? false }, () => {
  let slots: Awaited<ReturnType<typeof freshSlots>>;
  let schema: FreshSchema;
  const open = (address = slots.address) => openEngine(address, { record: schema.address });

  before(async () => {
    slots = await freshSlots(SLOTS);
    schema = await freshSchema();
  });
  after(async () => {
    await slots.drop();
    await schema.drop();
  });

  test('a cart over slots is sold, and all of it is in one journal', async () => {
    const one = await Stock.open(await open());
    const other = await Stock.open(await open());
    for (const pool of POOLS) {
      await one.putPool({ pool });
      await one.receive({ pool, quantity: 5 });
    }
    const lines = POOLS.map((pool) => ({ pool, quantity: 2 }));
    const cart = await one.reserve({ lines, buyer: 'ann' }, { key: 'cart' });
    assert.ok(cart.ok, JSON.stringify(cart));
    const again = await other.reserve({ lines, buyer: 'ann' }, { key: 'cart' });
    assert.ok(again.ok && again.repeated && again.value.id === cart.value.id);
    const sold = await other.confirm({ reservation: cart.value.id });
    assert.ok(sold.ok, JSON.stringify(sold));
    for (const pool of POOLS) {
      const { available, sold: units } = (await one.pool(pool))!;
      assert.deepEqual([available, units], [3, 2], pool);
    }
    // Two servers take one key for two commands in two slots: nobody's pool stops for that.
    for (const [stock, pool] of [
      [one, 'tea'],
      [other, 'coffee'],
      [other, 'cup'],
      [other, 'spoon'],
    ] as const) {
      await stock.reserve({ lines: [{ pool, quantity: 1 }] }, { key: 'twice' });
    }
    // Each waits until what it has answered itself is recorded.
    for (const { engine } of [one, other]) await engine.entries({ after: 0, limit: 1 });
    for (const stock of [one, other]) {
      const { problems } = await verify(stock.engine);
      // What slots do not give (ADR 18), and all that they do not.
      const others = problems.filter(
        ({ what }) => !/^request twice .* took effect twice/.test(what),
      );
      assert.deepEqual(others, []);
      assert.equal(stock.engine.health().ok, true, stock.engine.health().detail);
    }
    const entries = await one.engine.entries({ after: 0, limit: 1_000 });
    assert.equal(entries.filter(({ events }) => events[0]?.type === 'decision.revoked').length, 0);
    await one.close();
    await other.close();
  });

  test('another number of slots than it was made with is refused', async () => {
    const fewer = new URL(slots.address);
    fewer.searchParams.set('slots', '2');
    await assert.rejects(open(fewer.href), /say so many slots/);
  });
});

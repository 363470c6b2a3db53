// Parts behind PgBouncer in transaction mode: what was prepared on one connection is finished on any other.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Stock } from '../../../src/stock.ts';
import { verify } from '../../../src/verify/verify.ts';
import { pgbouncerMissing, startPgBouncer } from '../../support/pgbouncer.ts';
import { providePostgres } from '../../support/postgres.ts';
import { freshSpread, openSpread } from '../../support/spread-kind.ts';

const CARTS = 20;

test('parts behind PgBouncer', { skip: pgbouncerMissing() ?? false }, async (t) => {
  const bouncer = await startPgBouncer(await providePostgres());
  t.after(() => bouncer.end());
  const store = await freshSpread();
  t.after(() => store.drop());
  const parts = store.parts.map((part) => {
    return { ...part, address: `${bouncer.through(part.address)}&pooler=transaction` };
  });
  const engine = await openSpread({ ...store, parts });
  const stock = await Stock.open(engine, { sweep: false });
  t.after(() => stock.close());
  const pools = ['tea', 'north:tea', 'south:tea'];
  for (const pool of pools) {
    await stock.putPool({ pool });
    await stock.receive({ pool, quantity: CARTS });
  }
  const lines = pools.map((pool) => ({ pool, quantity: 1 }));
  const carts = Array.from({ length: CARTS + 5 }, () =>
    stock.reserve({ lines, holdForMs: 60_000 }),
  );
  const outcomes = await Promise.all(carts);
  assert.equal(outcomes.filter(({ ok }) => ok).length, CARTS);
  for (const pool of await stock.pools()) assert.equal(pool.available, 0, pool.id);
  assert.deepEqual((await verify(engine)).problems, []);
});

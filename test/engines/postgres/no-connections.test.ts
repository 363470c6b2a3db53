// A database that has no connection left: commands and looks are refused as unavailable, nothing is half done, and all
// goes on by itself once there are connections again.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { once } from '../../../src/engines/conformance/once.ts';
import { PostgresEngine } from '../../../src/engines/postgres/postgres-engine.ts';
import { Stock } from '../../../src/stock.ts';
import { takeConnections } from '../../support/all-connections.ts';
import { freshSchema, ownPostgresMissing, startPostgres } from '../../support/postgres.ts';
import { accepted, failure } from '../../support/shop.ts';

const UNITS = 1_000;
const line = { lines: [{ pool: 'tea', quantity: 1 }], holdForMs: 600_000 };

test('no connection left', { skip: ownPostgresMissing() ?? false }, async (t) => {
  const server = await startPostgres({ settings: { max_connections: '30' } });
  t.after(() => server.remove());
  const { address } = await freshSchema(server.address);
  const stock = await Stock.open(await PostgresEngine.open(address), { sweep: false });
  t.after(() => stock.close());
  accepted(await stock.putPool({ pool: 'tea' }));
  accepted(await stock.receive({ pool: 'tea', quantity: UNITS }));
  accepted(await stock.reserve(line, { key: 'before' }));

  const takers = await takeConnections(server.address);
  assert.equal(await failure(stock.reserve(line, { key: 'during' })), 'unavailable');
  assert.equal(await failure(stock.pool('tea')), 'unavailable');
  assert.equal(await failure(stock.reserve(line, { key: 'before' })), 'unavailable', 'a guess');
  const unwell = await once(
    async () => stock.engine.health(),
    ({ ok }) => !ok,
  );
  assert.equal(unwell.ok, false, 'nobody is told');
  for (const taker of takers) await taker.end();

  const back = await once(
    () => failure(stock.reserve(line, { key: 'during' })),
    (code) => code === undefined,
  );
  assert.equal(back, undefined);
  // Whatever became of each, sent again it counts once.
  for (const key of ['before', 'during']) accepted(await stock.reserve(line, { key }));
  const tea = await stock.pool('tea');
  assert.deepEqual([tea?.available, tea?.held], [UNITS - 2, 2]);
  const well = await once(
    async () => stock.engine.health(),
    ({ ok }) => ok,
  );
  assert.equal(well.ok, true, well.detail);
});

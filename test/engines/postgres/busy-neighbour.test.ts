// While one server commits without a pause another one opens, signs and is ready: looking at the end of
// the journal has no end then, and nobody may wait for it.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { postgresAddress } from '../../../src/engines/postgres/address.ts';
import { Connections } from '../../../src/engines/postgres/connections.ts';
import { PostgresEngine } from '../../../src/engines/postgres/postgres-engine.ts';
import { freshSchema, postgresMissing } from '../../support/postgres.ts';
import { receiving } from '../sqlite/store-files.ts';

const OPEN_MAX_MS = 60_000;
/** Longer than a turn may take before the database counts as away. */
const BUSY_MS = 5_000;

const NOW = 'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000) AS now';

it('a server opens and stays ready beside one that never rests', {
  skip: postgresMissing() ?? false,
}, async (t) => {
  const { address, drop } = await freshSchema();
  const busy = await PostgresEngine.open(address);
  let isBusy = true;
  const working = (async () => {
    while (isBusy) await busy.commit([receiving(1)]);
  })();
  const startMs = performance.now();
  const other = await PostgresEngine.open(address);
  assert.ok(performance.now() - startMs < OPEN_MAX_MS);
  const { connectionString, schema } = postgresAddress(address);
  const connections = await Connections.open(connectionString, 1);
  t.after(async () => {
    isBusy = false;
    await working;
    await Promise.all([busy.close(), other.close(), connections.close()]);
    await drop();
  });
  const [{ now } = {}] = await connections.run({ name: '', text: NOW });
  const busyMs = performance.now();
  while (performance.now() - busyMs < BUSY_MS) await other.documents(['x']);
  for (const engine of [busy, other]) assert.equal(engine.health().ok, true);
  // Turns come once a second.
  const text = `SELECT count(*) AS n FROM "${schema}".server WHERE alive_ms > ${now}`;
  const [row] = await connections.run({ name: '', text });
  assert.equal(Number(row!.n), 2, 'both have signed since');
});

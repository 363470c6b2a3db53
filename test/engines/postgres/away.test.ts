// The database is away for longer than 5 s while servers live: nobody could pay meanwhile, so nothing falls
// due for a minute, on any server.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { once } from '../../../src/engines/conformance/once.ts';
import { postgresAddress } from '../../../src/engines/postgres/address.ts';
import { Connections } from '../../../src/engines/postgres/connections.ts';
import { Contact } from '../../../src/engines/postgres/contact.ts';
import { PostgresEngine } from '../../../src/engines/postgres/postgres-engine.ts';
import { freshSchema, ownPostgresMissing, startPostgres } from '../../support/postgres.ts';

/** Less than the minute in which nothing is due. */
const GIVES_UP_MS = 50_000;
const ALL = { after: 0, limit: 99 };
const isThere = (entries: unknown[]) => entries.length > 0;

it('a server is out of touch until it has looked', () => {
  let nowMs = 0;
  const contact = new Contact(() => nowMs);
  const after = (ms: number) => {
    nowMs += ms;
    return contact.isLost;
  };
  assert.equal(after(5_000), false);
  contact.met();
  assert.equal(after(5_001), true);
  contact.met();
  assert.equal(after(0), true, 'it was reached, and what happened is not known');
  contact.looked();
  assert.equal(after(5_000), false);
});

it('nothing is due for a minute after an outage that servers outlive', {
  skip: ownPostgresMissing() ?? false,
}, async (t) => {
  const server = await startPostgres();
  t.after(() => server.remove());
  const { address } = await freshSchema(server.address);
  const engines = [await PostgresEngine.open(address), await PostgresEngine.open(address)];
  t.after(() => Promise.all(engines.map((engine) => engine.close())));
  const [first, second] = engines as [PostgresEngine, PostgresEngine];
  const write = { kind: 'note', state: 'NEW', data: {}, deadline: { afterMs: 3_000 } };
  await first.commit([{ writes: [{ id: 'n', ...write }], events: [] }]);
  // A store whose journal is empty has nothing to resume.
  assert.equal((await once(() => first.entries(ALL), isThere)).length, 1);
  await server.stop('immediate');
  const stoppedMs = performance.now();
  while (performance.now() - stoppedMs < 7_000) await new Promise(setImmediate);
  await server.restart();
  const told = async () => {
    const entries = await first.entries(ALL).catch(() => []);
    return entries.flatMap(({ events }) => events.filter(({ type }) => type === 'store.resumed'));
  };
  let resumed = await told();
  for (const untilMs = performance.now() + GIVES_UP_MS; performance.now() < untilMs; ) {
    if (resumed.length > 0 && second.health().ok) break;
    resumed = await told();
  }
  assert.deepEqual([await first.due(9), await second.due(9)], [[], []]);
  for (const engine of engines) assert.equal(engine.clock().dueMs, 0);
  assert.equal(resumed.length, 1, 'one of them says so');
  assert.ok(Number(resumed[0]!.data?.downMs) > 5_000);
});

it('a server that could not tell of it at first tells of it later', {
  skip: ownPostgresMissing() ?? false,
}, async (t) => {
  const server = await startPostgres();
  t.after(() => server.remove());
  const { address } = await freshSchema(server.address);
  const engine = await PostgresEngine.open(address);
  t.after(() => engine.close());
  await engine.commit([{ events: [{ type: 'noted', subject: 'n' }] }]);
  assert.equal((await once(() => engine.entries(ALL), isThere)).length, 1);
  const { connectionString, schema } = postgresAddress(address);
  const run = async (text: string) => {
    const other = await Connections.open(connectionString, 1);
    const rows = await other.run({ name: '', text });
    await other.close();
    return rows;
  };
  const signedMs = async () => {
    const signed = `SELECT value FROM "${schema}".meta WHERE key = 'alive_ms'`;
    const [row] = await run(signed);
    return Number(row!.value);
  };
  const batch = `ALTER TABLE "${schema}".batch`;
  await run(`${batch} ADD CONSTRAINT nothing CHECK (false) NOT VALID`);
  await server.stop('immediate');
  const stoppedMs = performance.now();
  while (performance.now() - stoppedMs < 7_000) await new Promise(setImmediate);
  await server.restart();
  const kept = async () => {
    const entries = await engine.entries(ALL).catch(() => []);
    return entries.flatMap(({ events }) => events.map(({ type }) => type));
  };
  const backMs = await signedMs();
  for (const untilMs = performance.now() + GIVES_UP_MS; performance.now() < untilMs; ) {
    // Twice: what was known before is not known any more.
    if ((await signedMs()) > backMs + 8_000) break;
  }
  assert.deepEqual([await kept(), engine.health().ok], [['noted'], false]);
  await run(`${batch} DROP CONSTRAINT nothing`);
  let told = await kept();
  for (const untilMs = performance.now() + GIVES_UP_MS; performance.now() < untilMs; ) {
    if (told.length > 1 && engine.health().ok) break;
    told = await kept();
  }
  assert.deepEqual(told, ['noted', 'store.resumed']);
  assert.equal(engine.clock().dueMs, 0);
});

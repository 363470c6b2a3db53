// The database is away for longer than 5 s while servers live: nobody could pay meanwhile, so nothing falls
// due for a minute, on any server.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Contact } from '../../../src/engines/postgres/contact.ts';
import { PostgresEngine } from '../../../src/engines/postgres/postgres-engine.ts';
import { freshSchema, ownPostgresMissing, startPostgres } from '../../support/postgres.ts';

/** Less than the minute in which nothing is due. */
const GIVES_UP_MS = 50_000;

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
  await server.stop('immediate');
  const stoppedMs = performance.now();
  while (performance.now() - stoppedMs < 7_000) await new Promise(setImmediate);
  await server.restart();
  const told = async () => {
    const entries = await first.entries({ after: 0, limit: 99 }).catch(() => []);
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

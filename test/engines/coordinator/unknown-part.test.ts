// A server that stayed up while another one added a part: it must neither read nor write what lives
// there, and must not forget decisions that only that part still needs.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Client } from 'pg';
import { ManualTime } from '../../../src/engines/conformance/manual-time.ts';
import { once } from '../../../src/engines/conformance/once.ts';
import { postgresAddress } from '../../../src/engines/postgres/address.ts';
import { Connections } from '../../../src/engines/postgres/connections.ts';
import { lockSchema } from '../../../src/engines/postgres/migrations.ts';
import { PostgresEngine } from '../../../src/engines/postgres/postgres-engine.ts';
import { Shares } from '../../../src/engines/postgres/shares.ts';
import { freshSchema, postgresMissing } from '../../support/postgres.ts';
import { freshSpread } from '../../support/spread-kind.ts';

const HOUR_MS = 3_600_000;
/** Silent for so long, a server does not count as at work. */
const SILENT_MS = 10_000;

test('a server that lacks a part leaves it alone', {
  skip: postgresMissing() ?? false,
}, async () => {
  const store = await freshSpread();
  const [time, later] = [new ManualTime(), new ManualTime()];
  later.passMs(SILENT_MS);
  const { address, parts } = store;
  const lacking = await PostgresEngine.open(address, { parts: parts.slice(0, 1), time });
  const whole = await PostgresEngine.open(address, { parts, time: later });
  const { connectionString, schema } = postgresAddress(address);
  const home = new Client({ connectionString });
  await home.connect();
  const ask = async (sql: string) => (await home.query(sql.replaceAll('@', `"${schema}"`))).rows;
  try {
    await once(
      async () => lacking.health(),
      ({ ok }) => !ok,
    );
    await assert.rejects(lacking.owners(['south:tea']), /live in the part south/);
    await assert.rejects(lacking.balancesAt('south:tea', 0), /live in the part south/);
    await assert.rejects(lacking.due(10), /live in the part south/);
    await assert.rejects(lacking.commit([{ events: [] }]), /live in the part south/);
    // Its share of what is due is taken over.
    await once(
      () => ask('SELECT id FROM @.server'),
      ({ length }) => length === 1,
    );
    await ask(`INSERT INTO @.decision (id, outcome, at_ms) VALUES ('x', 'commit', 0)`);
    time.passMs(30 * HOUR_MS);
    const hour = Math.floor(time.wallMs() / HOUR_MS);
    await once(
      () => ask(`SELECT hour FROM @.live_since WHERE forgotten_ms IS NOT NULL OR hour = ${hour}`),
      ({ length }) => length > 0,
    );
    const { length } = await ask('SELECT id FROM @.decision');
    assert.equal(length, 1);
  } finally {
    await home.end();
    await Promise.all([lacking.close(), whole.close()]);
    await store.drop();
  }
});

/** A store that nobody has open. */
async function closedStore(t: TestContext) {
  const { address, drop } = await freshSchema();
  t.after(drop);
  await (await PostgresEngine.open(address)).close();
  return { address, ...postgresAddress(address) };
}

test('a part that is registered while a server opens is seen before anything is sold', {
  skip: postgresMissing() ?? false,
}, async (t) => {
  const { address, connectionString, schema } = await closedStore(t);
  const home = new Client({ connectionString });
  await home.connect();
  t.after(() => home.end());
  // The latest moment at which somebody can register one without seeing this server.
  await home.query(`CREATE FUNCTION "${schema}".registered() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN INSERT INTO "${schema}".meta VALUES ('parts', '{"south":"south:"}')
      ON CONFLICT DO NOTHING; RETURN NEW; END $$;
    CREATE TRIGGER registered BEFORE INSERT ON "${schema}".server
      FOR EACH STATEMENT EXECUTE FUNCTION "${schema}".registered()`);
  const lacking = await PostgresEngine.open(address);
  t.after(() => lacking.close());
  await home.query(`DROP TRIGGER registered ON "${schema}".server`);
  await assert.rejects(lacking.commit([{ events: [] }]), /live in the part south/);
});

test('who registers a part and who opens wait for each other', {
  skip: postgresMissing() ?? false,
}, async (t) => {
  const { connectionString, schema } = await closedStore(t);
  const connections = await Connections.open(connectionString, 2);
  t.after(() => connections.close());
  const signed = { name: '', text: `SELECT id FROM "${schema}".server` };
  // Others wait for locks of their own in the same server.
  const waiting = {
    name: '',
    text: `SELECT pid FROM pg_locks
      WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))`,
  };
  let entering: Promise<void> | undefined;
  await connections.with(async (connection) => {
    await connection.say('BEGIN');
    await lockSchema(connection, schema);
    entering = new Shares(connections, schema).enter(1_000);
    await once(
      () => connection.run(waiting, []),
      ({ length }) => length === 1,
    );
    assert.equal((await connection.run(signed, [])).length, 0);
    await connection.say('COMMIT');
  });
  await entering;
  assert.equal((await connections.run(signed)).length, 1);
});

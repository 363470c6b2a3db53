// A server that stayed up while another one added a part: it must neither read nor write what lives
// there, and must not forget decisions that only that part still needs.

import assert from 'node:assert/strict';
import { test } from 'node:test';
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

test('a part that is registered while a server opens is seen before anything is sold', {
  skip: postgresMissing() ?? false,
}, async (t) => {
  const { address, drop } = await freshSchema();
  const first = await PostgresEngine.open(address);
  await first.close();
  const { connectionString, schema } = postgresAddress(address);
  const home = new Client({ connectionString });
  await home.connect();
  t.after(async () => {
    await home.end();
    await drop();
  });
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
  const { address, drop } = await freshSchema();
  const first = await PostgresEngine.open(address);
  await first.close();
  const { connectionString, schema } = postgresAddress(address);
  const connections = await Connections.open(connectionString, 2);
  t.after(async () => {
    await connections.close();
    await drop();
  });
  const signed = async () => {
    const rows = await connections.run({ name: '', text: `SELECT id FROM "${schema}".server` });
    return rows.length;
  };
  let entering: Promise<void> | undefined;
  await connections.with(async (connection) => {
    await connection.say('BEGIN');
    await lockSchema(connection, schema);
    entering = new Shares(connections, schema).enter(1_000);
    await once(
      () =>
        connection.run(
          { name: '', text: 'SELECT pid FROM pg_locks WHERE locktype = $1 AND NOT granted' },
          ['advisory'],
        ),
      ({ length }) => length === 1,
    );
    const text = `SELECT id FROM "${schema}".server`;
    assert.equal((await connection.run({ name: '', text }, [])).length, 0);
    await connection.say('COMMIT');
  });
  await entering;
  assert.equal(await signed(), 1);
});

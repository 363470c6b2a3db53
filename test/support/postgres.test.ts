// The PostgreSQL that other tests stand on: it is real and new enough, schemas keep tests apart, what
// was committed outlives a kill, and no server outlives its test.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Client } from 'pg';
import { MAJOR_MIN } from './postgres/find.ts';
import { answers } from './postgres/server.ts';
import {
  freshSchema,
  ownPostgresMissing,
  type PostgresServer,
  postgresMissing,
  providePostgres,
  startPostgres,
} from './postgres.ts';
import { ROOT } from './test-files.ts';

/** Starts a server, names it, and would stay. */
const KEEPER = `
import { startPostgres } from './postgres.ts';
process.stdout.write((await startPostgres()).address);
setInterval(() => {}, 60_000);
`;

async function connected(address: string): Promise<Client> {
  const client = new Client({ connectionString: address });
  await client.connect();
  return client;
}

async function ask(address: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = await connected(address);
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('the shared PostgreSQL', { skip: postgresMissing() ?? false }, () => {
  test('is new enough', async () => {
    const address = await providePostgres();
    const [row] = await ask(address, 'SELECT version()');
    assert.match(String(row?.version), /^PostgreSQL \d+/);
    const [number] = await ask(address, 'SHOW server_version_num');
    assert.ok(Number(number?.server_version_num) >= MAJOR_MIN * 10_000, String(row?.version));
  });

  test('has two schemas that do not see each other', async () => {
    const [one, other] = [await freshSchema(), await freshSchema()];
    assert.notEqual(one.schema, other.schema);
    assert.equal(new URL(one.address).searchParams.get('schema'), one.schema);
    const client = await connected(one.address);
    try {
      for (const { schema } of [one, other]) await client.query(`CREATE SCHEMA ${schema}`);
      const seen = async () => {
        const { rows } = await client.query("SELECT to_regclass('things') IS NOT NULL AS seen");
        return rows[0].seen;
      };
      await client.query(`SET search_path = ${one.schema}`);
      await client.query('CREATE TABLE things (id int)');
      assert.equal(await seen(), true);
      await client.query(`SET search_path = ${other.schema}`);
      assert.equal(await seen(), false);
      await Promise.all([one.drop(), other.drop()]);
      const { rows } = await client.query(
        `SELECT nspname FROM pg_namespace WHERE nspname IN ('${one.schema}', '${other.schema}')`,
      );
      assert.deepEqual(rows, []);
    } finally {
      await client.end();
    }
  });
});

describe('a PostgreSQL of its own', { skip: ownPostgresMissing() ?? false }, () => {
  let server: PostgresServer;
  const count = async () => {
    const [row] = await ask(server.address, 'SELECT count(*)::int AS count FROM things');
    return row?.count;
  };

  before(async () => {
    server = await startPostgres({ settings: { max_prepared_transactions: 7 } });
    await ask(server.address, 'CREATE TABLE things (id int PRIMARY KEY)');
  });
  after(() => server?.remove());

  test('has the settings of the tests, and those that were asked for', async () => {
    const settings = await ask(
      server.address,
      `SELECT name, setting FROM pg_settings WHERE name IN
         ('fsync', 'listen_addresses', 'max_connections', 'max_prepared_transactions') ORDER BY name`,
    );
    const byName = Object.fromEntries(settings.map(({ name, setting }) => [name, setting]));
    assert.equal(byName.fsync, 'on');
    assert.equal(byName.max_connections, '200');
    assert.equal(byName.max_prepared_transactions, '7');
  });

  test('keeps over kill and restart what was committed, and nothing else', async () => {
    await ask(server.address, 'INSERT INTO things SELECT generate_series(1, 1000)');
    const open = await connected(server.address);
    open.on('error', () => {});
    const broken = new Promise<void>((resolve) => open.once('end', resolve));
    await open.query('BEGIN');
    await open.query('INSERT INTO things VALUES (1001)');
    await server.kill();
    await broken;
    assert.equal(await answers(server.address), false);
    await server.restart();
    assert.equal(await count(), 1000);
  });

  test('an immediate stop breaks connections off and is recovered from', async () => {
    const open = await connected(server.address);
    open.on('error', () => {});
    const broken = once(open, 'error');
    const beforehand = await count();
    await server.stop('immediate');
    const [error] = await broken;
    assert.ok(error instanceof Error);
    assert.equal(await answers(server.address), false);
    await server.restart();
    assert.equal(await count(), beforehand);
    assert.match(server.log(), /recovery/);
  });

  test('is started and stopped once at a time', async () => {
    await assert.rejects(server.restart());
    await server.stop('fast');
    await assert.rejects(server.stop('fast'));
    await server.restart();
    assert.equal(await answers(server.address), true);
  });

  test('says why it does not start', async () => {
    const settings = { max_connections: 'many' };
    await assert.rejects(startPostgres({ settings }), /did not start:\s.*max_connections/s);
  });

  test('ends with the process that started it', async () => {
    const cwd = join(ROOT, 'test/support');
    const keeper = spawn(process.execPath, ['--input-type=module-typescript', '-e', KEEPER], {
      cwd,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [address] = await once(keeper.stdout!, 'data');
    assert.equal(await answers(String(address)), true);
    keeper.kill('SIGTERM');
    await once(keeper, 'exit');
    assert.equal(await answers(String(address)), false);
  });
});

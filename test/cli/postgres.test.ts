// The command line over a real PostgreSQL: what works as it does over files, what is refused with what
// to do instead, and what a database can have against being opened, each in one line. No line shows
// the password.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Client } from 'pg';
import { ownPostgresMissing, type PostgresServer, startPostgres } from '../support/postgres.ts';
import { emptyFolder, type RunOptions, run, seen, start } from './cli-process.ts';

const ORDERS = `InvoiceNo,StockCode,Description,Quantity,InvoiceDate,CustomerID
536365,85123A,HOLDER,6,2010-12-01T08:26:00,17850
536365,71053,LANTERN,8,2010-12-01T08:26:00,17850
536366,71053,LANTERN,2,2010-12-01T08:28:00,17851
`;
const SECRET = 'geheim';

describe('the command line over PostgreSQL', { skip: ownPostgresMissing() ?? false }, () => {
  let server: PostgresServer;
  before(async () => {
    server = await startPostgres();
  });
  after(() => server?.remove());

  /** As a role of the server that needs no password, but has one in its address. */
  function address(parts: { user?: string; database?: string; schema?: string } = {}): string {
    const { user = 'postgres', database = 'postgres', schema = 'shop' } = parts;
    const url = new URL(server.address);
    url.username = user;
    url.password = SECRET;
    url.pathname = `/${database}`;
    url.searchParams.set('schema', schema);
    return url.href;
  }

  async function ask(sql: string): Promise<Record<string, unknown>[]> {
    const client = new Client({ connectionString: server.address });
    await client.connect();
    const { rows } = await client.query(sql).finally(() => client.end());
    return rows;
  }

  async function fails(args: string[], code: number, says: RegExp, options?: RunOptions) {
    const ended = await run(args, options);
    assert.equal(ended.code, code, ended.stderr);
    assert.match(ended.stderr, says);
    assert.match(ended.stderr, /^holdfast: .*\n$/, 'one line');
    assert.equal(ended.stdout, '');
    assert.doesNotMatch(ended.stderr, new RegExp(SECRET));
  }

  test('replay, verify and export work as over files', async () => {
    const engine = ['--engine', address(), '--quiet'];
    const orders = join(emptyFolder(), 'orders.csv');
    writeFileSync(orders, ORDERS);
    const replayed = await run(['replay', orders, '--in-flight', '1', ...engine]);
    assert.equal(replayed.code, 0, replayed.stderr + replayed.stdout);
    const verified = await run(['verify', '--json', ...engine]);
    const report = JSON.parse(verified.stdout);
    assert.deepEqual([verified.code, report.ok, report.pools], [0, true, 2]);
    const exported = await run(['export', '--limit', '2', '--engine', address()]);
    assert.deepEqual(
      exported.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).position),
      [1, 2],
    );
    for (const { stdout } of [replayed, verified]) {
      assert.doesNotMatch(stdout, new RegExp(SECRET));
      assert.match(stdout, /postgres:\*\*\*@/);
    }
  });

  test('two servers show one store, and stop when told to', async () => {
    const args = ['serve', '--port', '0', '--json', '--log-level', 'warn'];
    const env = { HOLDFAST_ADMISSION_SECRET: 'one secret for all servers of a shop' };
    const engine = address({ schema: 'two' });
    const servers = [1, 2].map(() => start([...args, '--engine', engine], { env }));
    const urls: string[] = [];
    for (const [line] of await Promise.all(
      servers.map(({ child }) => seen(child.stdout, /\{.*\}/)),
    )) {
      assert.doesNotMatch(line, new RegExp(SECRET));
      urls.push(JSON.parse(line).url);
    }
    const headers = { 'content-type': 'application/json' };
    const put = { method: 'PUT', headers, body: '{"place":"berlin"}' };
    assert.equal((await fetch(`${urls[0]}/v1/pools/tea`, put)).status, 201);
    const shown = await fetch(`${urls[1]}/v1/pools/tea`);
    assert.equal(((await shown.json()) as { place: string }).place, 'berlin');
    for (const { child, ended } of servers) {
      child.kill('SIGTERM');
      const { code, stderr } = await ended;
      assert.deepEqual([code, stderr], [0, '']);
    }
  });

  const REFUSED: [args: string[], says: RegExp][] = [
    [['backup', '--to', 'x'], /back it up with "pg_dump --format=custom --schema=shop"/],
    [['restore', '--from', 'x'], /restore what pg_dump wrote with pg_restore/],
    [['rebuild'], /a backup of pg_dump is the way back/],
    [['archive', '--before', '30d'], /back it up with pg_dump/],
    [['archive', '--before', '30d', '--to', 'x'], /back it up with pg_dump/],
    [['bench', 'core'], /cannot measure "postgres:/],
    [['keys', 'list'], /no file beside it: say --keys FILE/],
    [
      ['serve', '--host', '0.0.0.0'],
      /keys create --role admin --keys FILE" and say --keys FILE here/,
    ],
    [['serve', '--archive-after', '30d'], /no other has an archive/],
  ];
  for (const [args, says] of REFUSED) {
    test(`${args.join(' ')} is refused`, () => fails([...args, '--engine', address()], 2, says));
  }

  test('keys live in a file that is named', async () => {
    const keys = join(emptyFolder(), 'shop.keys');
    const named = ['--engine', address(), '--keys', keys];
    assert.equal((await run(['keys', 'create', '--role', 'admin', ...named])).code, 0);
    assert.match((await run(['keys', 'list', ...named])).stdout, /admin/);
  });

  test('no store is made by a command that only looks', async () => {
    const engine = ['--engine', address({ schema: 'nobodys' })];
    for (const command of ['verify', 'export']) {
      await fails([command, ...engine], 1, /there is no store in the schema nobodys/);
    }
    assert.deepEqual(await ask(`SELECT 1 FROM pg_namespace WHERE nspname = 'nobodys'`), []);
  });

  test('a database that is not there, or lets nobody in', async () => {
    const at = (engine: string) => ['serve', '--port', '0', '--engine', engine];
    const { port } = new URL(server.address);
    await fails(at(address({ database: 'nosuch' })), 1, /database "nosuch" does not exist/);
    await fails(at(address({ user: 'nobody' })), 1, /role "nobody" does not exist/);
    await fails(at(address().replace(port, '1')), 1, /the database is away: .*ECONNREFUSED/);
    await fails(at(address().replace('127.0.0.1', 'no.invalid')), 1, /away: .*no\.invalid/);
    await fails(at(address({ schema: 'Shop' })), 2, /"Shop" is no schema for a store/);
    await fails(at(address({ schema: 'pg_shop' })), 2, /"pg_shop" is no schema for a store/);
    await fails(at(`postgres://u:${SECRET}@:x:/y`), 2, /is no address of a database/);
  });

  test('a wrong password', async () => {
    const [hba] = await ask('SHOW hba_file');
    const rules = `host all secured 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust`;
    await ask(`CREATE ROLE secured LOGIN PASSWORD 'another'`);
    await ask(`COPY (SELECT unnest(string_to_array('${rules}', E'\\n'))) TO '${hba!.hba_file}'`);
    await ask('SELECT pg_reload_conf()');
    const engine = ['--engine', address({ user: 'secured' })];
    // The reload reaches the server's first process in its own time.
    const isReloaded = async () => (await run(['verify', ...engine])).stderr.includes('password');
    while (!(await isReloaded()));
    await fails(['verify', ...engine], 1, /password authentication failed .*password is wrong/);
  });

  test('a role that may only look, or may not make its schema', async () => {
    assert.equal((await run(['export', '--engine', address({ schema: 'shop' })])).code, 0);
    await ask(`CREATE ROLE looker LOGIN; GRANT USAGE ON SCHEMA shop TO looker;
      GRANT SELECT ON ALL TABLES IN SCHEMA shop TO looker`);
    const looking = ['verify', '--engine', address({ user: 'looker', schema: 'shop' })];
    await fails(looking, 1, /permission denied for table meta; the role needs/);
    const making = ['serve', '--port', '0', '--engine', address({ user: 'looker', schema: 'own' })];
    await fails(making, 1, /permission denied for database postgres; the role needs/);
    const readOnly = `${address({ schema: 'shop' })}&options=-c%20default_transaction_read_only%3Don`;
    await fails(['verify', '--engine', readOnly], 1, /read-only transaction; .*right to write/);
  });

  test('a schema of its own is enough for a role; who signs with a secret of their own is told so', async () => {
    await ask('CREATE ROLE owner LOGIN; CREATE SCHEMA given AUTHORIZATION owner');
    const engine = address({ user: 'owner', schema: 'given' });
    const { child, ended } = start(['serve', '--port', '0', '--log-level', 'warn', '-e', engine]);
    await seen(child.stdout, /Holdfast serves/);
    child.kill('SIGTERM');
    const { code, stderr } = await ended;
    assert.equal(code, 0);
    const [warned, ...more] = stderr.trim().split('\n');
    assert.match(warned!, /"level":40.*"msg":"no secret to sign .*HOLDFAST_ADMISSION_SECRET/);
    assert.deepEqual(more, []);
  });

  test('a schema from a newer version, a server that is too old', async () => {
    const engine = address({ schema: 'newer' });
    await ask(`CREATE SCHEMA newer; CREATE TABLE newer.meta (key text, value text);
      INSERT INTO newer.meta VALUES ('schema_version', '99')`);
    await fails(['verify', '--engine', engine], 1, /newer was made by a newer version of Holdfast/);
    await ask(`CREATE SCHEMA old; CREATE FUNCTION old.current_setting(text) RETURNS text
      RETURN '140009'`);
    const old = `${address()}&options=-c%20search_path%3Dold,pg_catalog`;
    await fails(['verify', '--engine', old], 1, /PostgreSQL 15 or newer is needed/);
  });

  test('a driver that is not installed', async () => {
    const hook = `import { registerHooks } from 'node:module';
      registerHooks({ resolve: (name, context, next) => {
        if (name === 'pg') throw new Error('not found');
        return next(name, context);
      } });`;
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(hook)}` };
    const args = ['verify', '--engine', address()];
    await fails(args, 1, /the driver is not installed: npm install pg/, { env });
  });
});

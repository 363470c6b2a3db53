// A store with parts on the command line: named by option or variable, replayed, verified and exported like
// any other; what was left in doubt is finished and told; what cannot be is said in one line.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { Client } from 'pg';
import { Stock } from '../../src/stock.ts';
import { postgresMissing, providePostgres } from '../support/postgres.ts';
import { freshSpread, openSpread, type SpreadStore } from '../support/spread-kind.ts';
import { run } from './cli-process.ts';

describe('a store with parts on the command line', { skip: postgresMissing() ?? false }, () => {
  let store: SpreadStore;
  let journalId: string;
  let named: string[];

  before(async () => {
    store = await freshSpread();
    const engine = await openSpread(store);
    journalId = engine.journalId;
    const stock = await Stock.open(engine, { sweep: false });
    for (const pool of ['tea', 'north:tea']) {
      await stock.putPool({ pool });
      await stock.receive({ pool, quantity: 3 });
    }
    await stock.close();
    const parts = store.parts.flatMap(({ name, address }) => ['--part', `${name}=${address}`]);
    named = ['--engine', store.address, ...parts];
  });
  after(() => store?.drop());

  test('verify and export know it by options, and by the variable', async () => {
    const verified = await run(['verify', '--json', '--quiet', ...named]);
    assert.deepEqual([verified.code, JSON.parse(verified.stdout).pools], [0, 2], verified.stderr);
    const HOLDFAST_PARTS = store.parts.map(({ name, address }) => `${name}=${address}`).join(' ');
    const env = { HOLDFAST_ENGINE: store.address, HOLDFAST_PARTS };
    const exported = await run(['export', '--limit', '1'], { env });
    assert.equal(exported.stdout.trim().split('\n').length, 1, exported.stderr);
  });

  test('a part that is not named, or not well, is said in one line', async () => {
    const cases: [args: string[], code: number, says: RegExp][] = [
      [
        ['verify', '--engine', store.address],
        1,
        /live in the part north; name its database: --part/,
      ],
      [['verify', '--engine', 'sqlite:x', '--part', 'a=postgres://x/y'], 1, /no store at x/],
      [
        ['serve', '--engine', 'memory:', '--part', 'a=postgres://x/y'],
        2,
        /parts are for a store in/,
      ],
      [['verify', ...named, '--part', 'north=postgres://x/y'], 2, /the part north is named twice/],
    ];
    for (const [args, code, says] of cases) {
      const ended = await run(args);
      assert.equal(ended.code, code, ended.stderr);
      assert.match(ended.stderr, says);
      assert.match(ended.stderr, /^holdfast: .*\n$/, 'one line');
    }
    const wrong = await run(['verify', '--part', 'hanoi']);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /a part is named as in hanoi=postgres:\/\/host\/database/);
  });

  /** Leaves a transaction prepared in north, decided to be committed. */
  async function leaveInDoubt(): Promise<string> {
    const id = randomUUID();
    const ask = async (sql: string) => {
      const client = new Client({ connectionString: await providePostgres() });
      await client.connect();
      await client.query(sql).finally(() => client.end());
    };
    const north = new URL(store.parts[0]!.address).searchParams.get('schema');
    await ask(`INSERT INTO ${store.home.schema}.decision VALUES ('${id}', 'commit', 0)`);
    await ask(`BEGIN; UPDATE ${north}.owner SET at_ms = at_ms;
      PREPARE TRANSACTION 'holdfast:${journalId}:north:${id}'`);
    return id;
  }

  test('reconcile --in-doubt finishes what was left, and says so', async () => {
    const id = await leaveInDoubt();
    const json = await run(['reconcile', '--in-doubt', '--json', '--quiet', ...named]);
    assert.equal(json.code, 0, json.stderr);
    const { inDoubt, left, away } = JSON.parse(json.stdout);
    assert.deepEqual([left, away, inDoubt.length], [0, [], 1]);
    const { since, ...found } = inDoubt[0];
    assert.deepEqual(found, { part: 'north', id, decision: 'commit', done: 'committed' });
    assert.ok(Math.abs(Date.parse(since) - Date.now()) < 60_000);
    const other = await leaveInDoubt();
    const text = await run(['reconcile', '--in-doubt', ...named]);
    assert.match(
      text.stdout,
      new RegExp(`^north  ${other}  prepared .*  decision: commit  committed\n$`),
    );
    assert.equal(
      (await run(['reconcile', '--in-doubt', ...named])).stdout,
      'Nothing is in doubt.\n',
    );
  });

  test('reconcile --moved takes a part where it is now', async () => {
    const client = new Client({ connectionString: await providePostgres() });
    await client.connect();
    // As if another database had been registered.
    const moved = `UPDATE ${store.home.schema}.meta SET value = 'elsewhere'
      WHERE key = 'part_database:north'`;
    await client.query(moved).finally(() => client.end());
    const refused = await run(['verify', '--quiet', ...named]);
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /say holdfast reconcile --moved north/);
    const taken = await run(['reconcile', '--moved', 'north', ...named]);
    assert.deepEqual([taken.code, taken.stdout], [0, 'Nothing is in doubt.\n'], taken.stderr);
    assert.equal((await run(['verify', '--quiet', ...named])).code, 0);
    const unknown = await run(['reconcile', '--moved', 'west', ...named]);
    assert.equal(unknown.code, 2);
    assert.match(unknown.stderr, /no part is called west/);
  });

  test('reconcile wants to know what, and where', async () => {
    for (const [args, says] of [
      [['reconcile', ...named], /say what to reconcile: --in-doubt/],
      [['reconcile', '--in-doubt', '--engine', 'memory:'], /nothing can be in doubt there/],
    ] as const) {
      const ended = await run(args);
      assert.equal(ended.code, 2);
      assert.match(ended.stderr, says);
    }
  });
});

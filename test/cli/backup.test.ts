// A backup that is taken while a store is written to, and what becomes of a store that it is put back
// into: a prefix of the journal with all that was acknowledged before, and no memory of what came after.

import assert from 'node:assert/strict';
import { appendFileSync, cpSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import type { Entry } from '../../src/engines/contract.ts';
import { openEngine } from '../../src/engines/open.ts';
import { Stock } from '../../src/index.ts';
import { verify } from '../../src/verify/verify.ts';
import { allEntries } from '../crash/engine-look.ts';
import { accepted } from '../support/shop.ts';
import { emptyFolder, start } from './cli-process.ts';

interface Fixture {
  cwd: string;
  engine: string;
  stock: Stock;
}

async function openShop(): Promise<Fixture> {
  const cwd = emptyFolder();
  const engine = `sqlite:${join(cwd, 'shop.db')}`;
  const stock = await Stock.open(await openEngine(engine), { sweep: false });
  accepted(await stock.putPool({ pool: 'tea' }));
  return { cwd, engine, stock };
}

/** Receives one unit after the other until it is stopped. */
function receiveOn(stock: Stock) {
  let stopped = false;
  const each = async () => {
    while (!stopped) accepted(await stock.receive({ pool: 'tea', quantity: 1 }));
  };
  const ended = Promise.all(Array.from({ length: 8 }, each));
  return async () => {
    stopped = true;
    await ended;
  };
}

const run = async (cwd: string, ...args: string[]) => {
  const ended = await start(args, { cwd }).ended;
  return { ...ended, result: ended.code === 0 ? JSON.parse(ended.stdout) : undefined };
};

describe('a backup', () => {
  test('under load is a prefix with everything acknowledged before it began', async () => {
    const { cwd, engine, stock } = await openShop();
    const stopLoad = receiveOn(stock);
    for (let count = 0; count < 300; count += 1) {
      accepted(await stock.receive({ pool: 'tea', quantity: 2 }));
    }
    const acknowledged = stock.engine.health().position;
    const { result, stderr } = await run(cwd, 'backup', '--engine', engine, '--to', 'b', '--json');
    const after = stock.engine.health().position;
    await stopLoad();
    assert.ok(result?.verified, stderr);
    assert.ok(result.position >= acknowledged, `${result.position} of ${acknowledged}`);
    assert.ok(after > result.position, 'it was written to meanwhile');
    const entries = await allEntries(stock.engine);
    await stock.close();

    const copy = `sqlite:${join(cwd, 'copy.db')}`;
    const restored = await run(cwd, 'restore', '--engine', copy, '--from', 'b', '--json');
    assert.equal(restored.result?.position, result.position, restored.stderr);
    await assertHolds(copy, entries.slice(0, result.position));
  });

  test('is refused where a row of the journal is damaged', async () => {
    const { cwd, engine, stock } = await openShop();
    accepted(await stock.receive({ pool: 'tea', quantity: 111 }));
    await stock.close();
    const journal = new DatabaseSync(join(cwd, 'shop.db'));
    const { changes } = journal
      .prepare(
        `UPDATE journal SET body = CAST(replace(CAST(body AS TEXT), '111', '112') AS BLOB)
         WHERE first = 2`,
      )
      .run();
    assert.equal(changes, 1);
    journal.close();
    const { code, stderr } = await run(cwd, 'backup', '--engine', engine, '--to', 'b', '--json');
    assert.equal(code, 1);
    assert.match(stderr, /journal is damaged: entries 2 to 2 are not as they were written/);
    const verified = await run(cwd, 'verify', '--engine', engine, '--json');
    assert.equal(verified.code, 1);
    assert.match(verified.stderr, /entries 2 to 2 are not as they were written/);
  });
});

describe('a restore', () => {
  test('puts the store aside only when it is told to, and forgets what came later', async () => {
    const { cwd, engine, stock } = await openShop();
    accepted(await stock.receive({ pool: 'tea', quantity: 5 }));
    const earlier = await allEntries(stock.engine);
    const made = await run(cwd, 'backup', '--engine', engine, '--to', 'b', '--json');
    assert.ok(made.result?.verified, made.stderr);
    accepted(await stock.receive({ pool: 'tea', quantity: 7 }));
    const later = await allEntries(stock.engine);
    await stock.close();

    const refused = await run(cwd, 'restore', '--engine', engine, '--from', 'b', '--json');
    assert.deepEqual([refused.code, refused.result], [1, undefined]);
    assert.match(refused.stderr, /there is a store at .*--replace/);
    const { result, stderr } = await run(
      cwd,
      'restore',
      '--engine',
      engine,
      '--from',
      'b',
      '--replace',
      '--json',
    );
    assert.ok(result?.kept, stderr);
    await assertHolds(engine, earlier);
    await assertHolds(`sqlite:${result.kept}`, later);
  });

  test('is refused while a process owns the store, and where the file is another', async () => {
    const { cwd, engine, stock } = await openShop();
    const made = await run(cwd, 'backup', '--engine', engine, '--to', 'b', '--json');
    assert.ok(made.result, made.stderr);
    const args = ['restore', '--engine', engine, '--from', 'b', '--replace', '--json'];
    assert.match((await run(cwd, ...args)).stderr, /in use by another process/);
    await stock.close();
    appendFileSync(join(cwd, 'b'), 'x');
    assert.match((await run(cwd, ...args)).stderr, /not the file that its manifest describes/);
    await assertHolds(engine, (await entriesOf(engine)).slice(0, 1));
  });

  test('by hand, under tables of a later time, opens too', async () => {
    const { cwd, engine, stock } = await openShop();
    const made = await run(cwd, 'backup', '--engine', engine, '--to', 'b', '--json');
    assert.ok(made.result, made.stderr);
    accepted(await stock.receive({ pool: 'tea', quantity: 7 }));
    await stock.close();
    cpSync(join(cwd, 'b'), join(cwd, 'shop.db'));
    await assertHolds(engine, (await entriesOf(engine)).slice(0, 1));
  });
});

test('rebuild makes the tables again, equal to what they were', async () => {
  const { cwd, engine, stock } = await openShop();
  for (let count = 0; count < 20; count += 1) {
    const lines = [{ pool: 'tea', quantity: 1 }];
    accepted(await stock.receive({ pool: 'tea', quantity: 2 }));
    const { id } = accepted(await stock.reserve({ lines, buyer: `b${count % 3}` }));
    if (count % 2 === 0) accepted(await stock.confirm({ reservation: id }));
  }
  const busy = await run(cwd, 'rebuild', '--engine', engine, '--json');
  assert.match(busy.stderr, /in use by another process/);
  await stock.close();
  const before = tablesOf(cwd);
  const { result, stderr } = await run(cwd, 'rebuild', '--engine', engine, '--json');
  assert.equal(result?.position, 51, stderr);
  assert.deepEqual(tablesOf(cwd), before);
});

/** All rows of the tables, in their order. */
function tablesOf(cwd: string): unknown {
  const tables = new DatabaseSync(join(cwd, 'shop.db.tables'), { readOnly: true });
  const names = tables.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  const rows = names.map(({ name }) => [name, tables.prepare(`SELECT * FROM ${name}`).all()]);
  tables.close();
  return rows;
}

async function entriesOf(address: string): Promise<Entry[]> {
  const engine = await openEngine(address);
  const entries = await allEntries(engine);
  await engine.close();
  return entries;
}

async function assertHolds(address: string, entries: readonly Entry[]): Promise<void> {
  const engine = await openEngine(address);
  const found = await allEntries(engine);
  // A store that was down tells of it itself.
  const own = found.filter(({ events }) => events[0]?.type !== 'store.resumed');
  assert.deepEqual(own, entries);
  assert.ok((await verify(engine)).ok);
  await engine.close();
}

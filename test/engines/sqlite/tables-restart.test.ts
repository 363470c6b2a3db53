// A failure of the tables, whenever it comes, costs their thread and nothing else: what it had in
// memory is thrown away with it, the store goes on, and no wrong table is ever kept.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { verify } from '../../../src/verify/verify.ts';
import { newPath, openStore, receiving, tablesCaughtUp } from './store-files.ts';

/** Makes every transaction of the tables fail when it is half written. */
const REFUSE = `CREATE TRIGGER refuse BEFORE UPDATE ON owners
  BEGIN SELECT RAISE(ABORT, 'planted failure'); END`;

function tablesOf(path: string): DatabaseSync {
  return new DatabaseSync(`${path}.tables`, { timeout: 5_000 });
}

describe('a failed transaction of the tables', () => {
  it('is begun anew from the file, and the tables come to equal the journal', async () => {
    const path = newPath();
    const engine = await openStore(path);
    await engine.commit([receiving(5), receiving(7, 'cup')]);
    await tablesCaughtUp(engine);
    const tables = tablesOf(path);
    tables.exec(REFUSE);
    const warned = once(process, 'warning');
    await engine.commit([receiving(1)]);
    const [warning] = await warned;
    assert.match(String(warning), /tables are started again.*planted failure/);
    tables.exec('DROP TRIGGER refuse');
    tables.close();
    await engine.commit([receiving(2), receiving(3, 'cup')]);
    await tablesCaughtUp(engine);
    assert.deepEqual([engine.health().ok, engine.health().position], [true, 5]);
    await engine.close();

    const again = await openStore(path);
    const [tea, cup] = await again.owners(['tea', 'cup']);
    assert.equal(tea?.accounts.available?.balance, 8);
    assert.equal(cup?.accounts.available?.balance, 10);
    const report = await verify(again);
    assert.deepEqual([report.ok, report.entries], [true, 5]);
    await again.close();
  });

  it('after which the tables are no longer those that were read: the store fails', async () => {
    const path = newPath();
    const engine = await openStore(path);
    await engine.commit([receiving(5)]);
    await tablesCaughtUp(engine);
    const tables = tablesOf(path);
    tables.exec(`UPDATE meta SET value = 'of another journal' WHERE key = 'journal_id'; ${REFUSE}`);
    tables.close();
    await engine.commit([receiving(1)]);
    while (engine.health().ok) await new Promise(setImmediate);
    assert.match(engine.health().detail, /open the store again/);
    await engine.close();
    const again = await openStore(path);
    assert.equal((await again.owners(['tea']))[0]?.accounts.available?.balance, 6);
    assert.ok((await verify(again)).ok);
    await again.close();
  });
});

it('tables that open but cannot be read are made again', async () => {
  const path = newPath();
  const engine = await openStore(path);
  const write = { id: 'limit:two', kind: 'limit', state: 'ACTIVE', data: { quantityMax: 2 } };
  await engine.commit([receiving(5), { writes: [write], events: [] }]);
  await tablesCaughtUp(engine);
  await engine.close();
  const tables = tablesOf(path);
  const { changes } = tables.prepare("UPDATE named_document SET body = 'no JSON'").run();
  assert.equal(changes, 1);
  tables.close();

  const again = await openStore(path);
  assert.equal((await again.owners(['tea']))[0]?.accounts.available?.balance, 5);
  const { documents } = await again.find({ kind: 'limit', limit: 9 });
  assert.deepEqual(documents[0]?.data, { quantityMax: 2 });
  assert.ok((await verify(again)).ok);
  await again.close();
});

// What has left the journal for the archive is read as if it stood there still, and what may not leave
// stays.

import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { verify } from '../../../src/verify/verify.ts';
import { allEntries, assertFollowsFrom } from '../../crash/engine-look.ts';
import { DAY_MS, makeOldStore } from './old-store.ts';

const { newPath, openStore } = await import('./store-files.ts');
const { checkArchive } = await import('../../../src/engines/sqlite/archive/archive-chain.ts');
const { setArchiveFolder } = await import('../../../src/engines/sqlite/archive/archive-folder.ts');
const { rebuildTables } = await import('../../../src/engines/sqlite/rebuild.ts');
const { Stock } = await import('../../../src/stock.ts');

function journalPositions(path: string): number[] {
  const journal = new DatabaseSync(path, { readOnly: true });
  const rows = journal.prepare('SELECT first, last FROM journal ORDER BY first').all();
  journal.close();
  return rows.flatMap(({ first, last }) =>
    Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index),
  );
}

function checkpointPositions(path: string): number[] {
  const journal = new DatabaseSync(path, { readOnly: true });
  const rows = journal.prepare('SELECT position FROM checkpoint ORDER BY position').all();
  journal.close();
  return rows.map(({ position }) => Number(position));
}

describe('the archive', () => {
  it('takes what is before the last checkpoint but one, and all is read as before', async () => {
    const store = await makeOldStore(newPath());
    const { path, time, ends } = store;
    const engine = await openStore(path, time);
    const entries = await allEntries(engine);
    assert.deepEqual(entries.slice(0, store.entries.length), store.entries);
    const atMs = store.entries[ends[1]! - 1]!.atMs;
    const pastBalances = await engine.balancesAt('tea', atMs);
    const report = await engine.archive({});
    const limit = checkpointPositions(path).at(-2)!;
    assert.deepEqual([report.position, report.entries], [limit, limit]);
    assert.ok(report.files > 3, `${report.files} files`);
    assert.equal(readdirSync(`${path}.archive`).length, report.files);
    assert.deepEqual(
      journalPositions(path),
      entries.slice(limit).map(({ position }) => position),
    );

    assert.deepEqual(await allEntries(engine), entries);
    assert.deepEqual(await engine.entries({ after: 7, limit: 3 }), entries.slice(7, 10));
    assert.deepEqual(await engine.balancesAt('tea', atMs), pastBalances);
    await assertFollowsFrom(engine, entries);
    assert.deepEqual((await verify(engine)).problems, []);
    const stock = await Stock.open(engine, { sweep: false });
    const again = await stock.receive({ pool: 'tea', quantity: 2 }, { key: 'in-0-0' });
    assert.ok(again.ok && again.repeated);
    assert.equal(again.value.version, entries[1]!.seqs[0]![1]);
    assert.deepEqual(checkArchive(path).problems, []);
    await stock.close();

    await rebuildTables(path);
    const rebuilt = await openStore(path, time);
    assert.deepEqual((await allEntries(rebuilt)).slice(0, entries.length), entries);
    await assertFollowsFrom(rebuilt, await allEntries(rebuilt));
    assert.deepEqual((await verify(rebuilt)).problems, []);
    await rebuilt.close();
  });

  it('takes only what is older than it is told, and only full files if it is told so', async () => {
    const { path, time, ends, entries } = await makeOldStore(newPath());
    const engine = await openStore(path, time);
    const byPosition = await engine.archive({ beforePosition: 5 });
    assert.deepEqual([byPosition.files, byPosition.position], [1, 4]);
    const beforeMs = entries[ends[0]! - 1]!.atMs + DAY_MS / 2;
    const byAge = await engine.archive({ beforeMs });
    assert.equal(byAge.position, ends[0]);
    const full = await engine.archive({ full: true });
    assert.ok(full.files > 0 && full.position < full.positionMax, 'what fills no file stays');
    assert.equal((await engine.archive({ full: true })).files, 0);
    const rest = await engine.archive({});
    assert.deepEqual([rest.files, rest.position], [1, rest.positionMax]);
    assert.equal((await engine.archive({})).files, 0);
    assert.deepEqual((await verify(engine)).problems, []);
    await engine.close();
    assert.deepEqual(checkArchive(path).problems, []);
  });

  it('takes nothing before there are two checkpoints', async () => {
    const engine = await openStore(newPath());
    const { files, positionMax } = await engine.archive({});
    assert.deepEqual([files, positionMax], [0, 0]);
    await engine.close();
  });

  it('may be moved, and goes on where it was moved to', async () => {
    const { path, time } = await makeOldStore(newPath());
    mkdirSync(`${path}.elsewhere`);
    const elsewhere = join(`${path}.elsewhere`, 'old');
    let engine = await openStore(path, time);
    await engine.archive({ beforePosition: 30 });
    await engine.close();
    assert.throws(() => setArchiveFolder(path, elsewhere), /is not in .*elsewhere\/old: move all/);
    renameSync(`${path}.archive`, elsewhere);
    setArchiveFolder(path, elsewhere);
    engine = await openStore(path, time);
    const { folder, files } = await engine.archive({});
    assert.equal(folder, elsewhere);
    assert.ok(files > 0);
    assert.deepEqual((await verify(engine)).problems, []);
    await engine.close();
    assert.deepEqual(checkArchive(path).problems, []);
  });
});

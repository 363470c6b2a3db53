// `holdfast archive` and what stands on it: verify names what is wrong with the files, a backup and a
// copy of the folder make the whole store again, and a serving store archives by itself.

import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { archiveRegularly } from '../../src/cli/archive-regularly.ts';
import { openEngine } from '../../src/engines/open.ts';
import { canArchive } from '../../src/engines/sqlite/archive/archive-options.ts';
import { verify } from '../../src/verify/verify.ts';
import { allEntries } from '../crash/engine-look.ts';
import { ManualTicker } from '../events/manual-ticker.ts';
import { emptyFolder, start } from './cli-process.ts';

const { DAY_MS, makeOldStore } = await import('../engines/sqlite/old-store.ts');

async function oldShop() {
  const cwd = emptyFolder();
  return { cwd, ...(await makeOldStore(join(cwd, 'shop.db'), Date.now() - 60 * DAY_MS)) };
}

const run = async (cwd: string, ...args: string[]) => {
  const ended = await start([...args, '--engine', 'sqlite:shop.db', '--json'], { cwd }).ended;
  return { ...ended, result: ended.stdout === '' ? undefined : JSON.parse(ended.stdout) };
};

describe('holdfast archive', () => {
  test('moves entries of an age, and is refused while a process owns the store', async () => {
    const { cwd, path, ends } = await oldShop();
    const engine = await openEngine(`sqlite:${path}`);
    assert.match((await run(cwd, 'archive', '--before', '1d')).stderr, /in use by another process/);
    await engine.close();
    const young = await run(cwd, 'archive', '--before', '61d');
    assert.equal(young.result?.files, 0, young.stderr);
    const old = await run(cwd, 'archive', '--before', '1d');
    assert.ok(old.result?.files > 3, old.stderr);
    assert.match(old.stderr, /Archiving: \d+ of \d+/);
    // The last checkpoint but one is that of the day before the last.
    assert.ok(old.result.position > ends.at(-3)! && old.result.position <= ends.at(-1)!);
    assert.equal((await run(cwd, 'archive', '--before', '1y')).code, 2);
    const moved = await run(cwd, 'archive', '--before', '1d', '--to', 'elsewhere');
    assert.match(moved.stderr, /is not in .*elsewhere: move all that is in/);
    renameSync(join(cwd, 'shop.db.archive'), join(cwd, 'elsewhere'));
    assert.equal((await run(cwd, 'archive', '--before', '1d', '--to', 'elsewhere')).code, 0);
    assert.equal((await run(cwd, 'verify')).result?.ok, true);
  });

  test('verify names every file that is not as it was', async () => {
    const { cwd } = await oldShop();
    assert.equal((await run(cwd, 'archive', '--before', '1d')).code, 0);
    const folder = join(cwd, 'shop.db.archive');
    const files = readdirSync(folder).sort();
    const bytes = readFileSync(join(folder, files[0]!));
    bytes[bytes.length - 9]! ^= 4;
    writeFileSync(join(folder, files[0]!), bytes);
    rmSync(join(folder, files[2]!));
    const { code, result } = await run(cwd, 'verify');
    assert.deepEqual([code, result.ok, result.problemCount], [1, false, 2]);
    const [changed, missing] = result.problems.map(({ what }: { what: string }) => what);
    assert.ok(changed.includes(`${files[0]}: it is not as it was written`), changed);
    assert.ok(missing.includes(`${files[2]}: it is missing`), missing);
  });

  test('a backup and a copy of the folder make the whole store again', async () => {
    const { cwd, path, entries } = await oldShop();
    assert.equal((await run(cwd, 'archive', '--before', '1d')).code, 0);
    const made = await run(cwd, 'backup', '--to', 'b');
    assert.ok(made.result?.verified, made.stderr);

    const other = emptyFolder();
    const restore = ['restore', '--from', join(cwd, 'b')];
    const without = await run(other, ...restore);
    assert.equal(without.code, 1);
    assert.match(without.stderr, /the archive is damaged: .*\.archive: it is missing/);
    cpSync(`${path}.archive`, join(other, 'shop.db.archive'), { recursive: true });
    const restored = await run(other, ...restore, '--replace');
    assert.equal(restored.code, 0, restored.stderr);
    const engine = await openEngine(`sqlite:${join(other, 'shop.db')}`);
    assert.deepEqual((await allEntries(engine)).slice(0, entries.length), entries);
    assert.deepEqual((await verify(engine)).problems, []);
    await engine.close();
  });

  test('a serving store archives at the start and every hour, whole files alone', async (t) => {
    const { path, time } = await oldShop();
    const engine = await openEngine(`sqlite:${path}`, { time });
    t.after(() => engine.close());
    assert.ok(canArchive(engine));
    const ticker = new ManualTicker();
    const runs: { files: number; position: number; positionMax: number }[] = [];
    let told = Promise.withResolvers<void>();
    const stop = archiveRegularly({
      engine: {
        clock: () => engine.clock(),
        archive: async (options) => {
          const report = await engine.archive(options);
          runs.push(report);
          told.resolve();
          return report;
        },
      },
      afterMs: 4 * DAY_MS,
      onArchived: () => {},
      onFailed: assert.ifError,
      ticker,
    });
    await told.promise;
    assert.ok(runs[0]!.files > 0 && runs[0]!.position < runs[0]!.positionMax);
    time.passMs(DAY_MS);
    told = Promise.withResolvers();
    await ticker.passMs(0);
    await ticker.passMs(3_600_000);
    await told.promise;
    assert.ok(runs[1]!.position > runs[0]!.position);
    stop();
    await ticker.passMs(3_600_000);
    assert.equal(runs.length, 2);
  });
});

// Death at every step of archiving: each entry is in the journal or in a file that the journal knows,
// and the next run finishes what was begun, with nothing left over.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openEngine } from '../../src/engines/open.ts';
import { verify } from '../../src/verify/verify.ts';
import { emptyFolder, start } from '../cli/cli-process.ts';
import { allEntries } from './engine-look.ts';

const { DAY_MS, makeOldStore } = await import('../engines/sqlite/old-store.ts');
const { checkArchive } = await import('../../src/engines/sqlite/archive/archive-chain.ts');

/** Each step, and in which file. */
const STEPS = [
  ['half', 1],
  ['written', 3],
  ['named', 1],
  ['named', 3],
  ['deleting', 2],
  ['deleted', 1],
] as const;

async function archive(cwd: string, env: Record<string, string> = {}, before = '1d') {
  const args = ['archive', '--engine', 'sqlite:shop.db', '--before', before, '--json', '--quiet'];
  return start(args, { cwd, env }).ended;
}

/** Every entry once; those of before as they were. */
async function assertWhole(cwd: string, before: readonly unknown[]) {
  const engine = await openEngine(`sqlite:${join(cwd, 'shop.db')}`);
  const entries = await allEntries(engine);
  assert.deepEqual(entries.slice(0, before.length), before);
  assert.deepEqual((await verify(engine)).problems, []);
  await engine.close();
}

describe('a death while archiving', () => {
  for (const [step, count] of STEPS) {
    test(`at "${step}", the ${count}. time`, async () => {
      const cwd = emptyFolder();
      const { entries } = await makeOldStore(join(cwd, 'shop.db'), Date.now() - 60 * DAY_MS);
      const died = await archive(cwd, { HOLDFAST_CRASH_AT: `archive-${step}:${count}` });
      assert.notEqual(died.code, 0, died.stderr);
      await assertWhole(cwd, entries);
      const { code, stdout, stderr } = await archive(cwd);
      assert.equal(code, 0, stderr);
      const { position, positionMax } = JSON.parse(stdout);
      assert.equal(position, positionMax);
      await assertWhole(cwd, entries);
      const { files, problems } = checkArchive(join(cwd, 'shop.db'));
      assert.deepEqual(problems, []);
      assert.equal(readdirSync(join(cwd, 'shop.db.archive')).length, files, 'nothing is left over');
    });
  }

  test('a file that the crash cut off is made again', async () => {
    const cwd = emptyFolder();
    const { entries } = await makeOldStore(join(cwd, 'shop.db'), Date.now() - 60 * DAY_MS);
    await archive(cwd, { HOLDFAST_CRASH_AT: 'archive-named' });
    const [file] = readdirSync(join(cwd, 'shop.db.archive'));
    const path = join(cwd, 'shop.db.archive', file!);
    const whole = readFileSync(path);
    writeFileSync(path, whole.subarray(0, whole.length / 2));
    assert.equal((await archive(cwd)).code, 0);
    assert.deepEqual(readFileSync(path), whole);
    await assertWhole(cwd, entries);
  });

  test('a shorter file from another cut is taken as it is', async () => {
    const cwd = emptyFolder();
    const { entries } = await makeOldStore(join(cwd, 'shop.db'), Date.now() - 60 * DAY_MS);
    await archive(cwd, { HOLDFAST_CRASH_AT: 'archive-named' }, '9');
    const [file] = readdirSync(join(cwd, 'shop.db.archive'));
    const { code, stderr } = await archive(cwd);
    assert.equal(code, 0, stderr);
    assert.equal(readdirSync(join(cwd, 'shop.db.archive')).sort()[0], file);
    assert.deepEqual(checkArchive(join(cwd, 'shop.db')).problems, []);
    await assertWhole(cwd, entries);
  });
});

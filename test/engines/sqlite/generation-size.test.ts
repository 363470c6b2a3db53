// How many entries make a generation of requests is one number for all threads, and for the tables: a
// disagreement would search for ever, or forget requests that took effect.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { it } from 'node:test';
import type { Transaction } from '../../../src/engines/contract.ts';

// Read once, when the engine is loaded.
process.env.HOLDFAST_GENERATION_ENTRIES = '64';
const { newPath, openStore, receiving, tablesCaughtUp } = await import('./store-files.ts');

const KEYED = 150;
const OTHER = 1_024;
const keyed = (index: number): Transaction => ({
  ...receiving(1),
  request: { principal: 'local', key: `delivery-${index}`, hash: 'h' },
});
const ALL = Array.from({ length: KEYED }, (_, index) => keyed(index));

/** Commits to a new store in a process with generations of another size. */
function commitElsewhere(path: string, size: number): void {
  const open = new URL('../../../src/engines/sqlite/open-sqlite.ts', import.meta.url);
  const program = `
    import('${open}').then(async ({ openSqlite }) => {
      const engine = await openSqlite(process.argv[1]);
      await engine.commit(JSON.parse(process.argv[2]));
      while (engine.tableLag > 0) await new Promise(setImmediate);
      await engine.close();
    });`;
  const args = ['--eval', program, path, JSON.stringify(ALL)];
  const env = { ...process.env, HOLDFAST_GENERATION_ENTRIES: String(size) };
  execFileSync(process.execPath, args, { env, stdio: 'pipe' });
}

async function assertAllKnown(path: string): Promise<void> {
  const engine = await openStore(path);
  await tablesCaughtUp(engine);
  const outcomes = await engine.commit(ALL);
  await engine.close();
  assert.equal(outcomes.filter((outcome) => outcome.ok && outcome.repeated).length, KEYED);
}

it('a thread that begins when the setting has changed goes by that of the others', async () => {
  const path = newPath();
  process.env.HOLDFAST_GENERATION_ENTRIES = String(OTHER);
  const engine = await openStore(path);
  await engine.commit(ALL);
  await tablesCaughtUp(engine);
  await engine.close();
  await assertAllKnown(path);
  process.env.HOLDFAST_GENERATION_ENTRIES = '64';
});

it('tables with generations of another size are made again with those of now', async () => {
  const path = newPath();
  commitElsewhere(path, OTHER);
  await assertAllKnown(path);
});

it('a size that is none is refused', () => {
  for (const size of ['', '0', '-1', '1.5', 'many']) {
    const set = new URL('../../../src/engines/sqlite/fingerprint-set.ts', import.meta.url);
    const args = ['--eval', `import('${set}')`];
    const env = { ...process.env, HOLDFAST_GENERATION_ENTRIES: size };
    assert.throws(
      () => execFileSync(process.execPath, args, { env, stdio: 'pipe' }),
      /HOLDFAST_GENERATION_ENTRIES must be a whole number from 1/,
    );
  }
});

// A file of the archive that is gone, or not what was written, is named, and nothing is answered in its
// place; what is elsewhere is read as ever.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import { HoldfastError } from '../../../src/errors.ts';
import type { OldStore } from './old-store.ts';

// So that a start does not need what is old: it reads the requests since the last full generation.
process.env.HOLDFAST_GENERATION_ENTRIES = '64';
const { allEntries } = await import('../../crash/engine-look.ts');
const { makeOldStore } = await import('./old-store.ts');
const { newPath, openStore } = await import('./store-files.ts');
const { checkArchive } = await import('../../../src/engines/sqlite/archive/archive-chain.ts');
const { openArchive } = await import('../../../src/engines/sqlite/archive/archive-file.ts');

const filesOf = (path: string) => readdirSync(`${path}.archive`).sort();
const fileOf = (path: string, index: number) => join(`${path}.archive`, filesOf(path)[index]!);

async function archived(): Promise<OldStore> {
  const store = await makeOldStore(newPath());
  const engine = await openStore(store.path, store.time);
  await engine.archive({});
  const entries = await allEntries(engine);
  await engine.close();
  return { ...store, entries };
}

const swap = (a: string, b: string) => {
  renameSync(a, `${a}.aside`);
  renameSync(b, a);
  renameSync(`${a}.aside`, b);
};

/** A changed byte, counted from the end. */
const change = (path: string, fromEnd: number) => {
  const bytes = readFileSync(path);
  bytes[bytes.length - fromEnd]! ^= 1;
  writeFileSync(path, bytes);
};

const DAMAGES: Record<string, { damage: (path: string) => void; says: RegExp[] }> = {
  'a missing file': {
    damage: (path) => rmSync(fileOf(path, 1)),
    says: [/: it is missing$/],
  },
  'a changed byte': {
    damage: (path) => change(fileOf(path, 1), 40),
    says: [/: it is not as it was written$/],
  },
  'a byte less': {
    damage: (path) => writeFileSync(fileOf(path, 1), readFileSync(fileOf(path, 1)).subarray(0, -1)),
    says: [/: it is not as it was written$/],
  },
  'two files swapped': {
    damage: (path) => swap(fileOf(path, 1), fileOf(path, 2)),
    says: [/: it holds entries \d+ to \d+: it is another file$/, /: it is another file$/],
  },
  'a header written anew': {
    damage: (path) => {
      const file = fileOf(path, 1);
      const { header, content } = openArchive(readFileSync(file), file);
      const text = `${JSON.stringify({ ...header, previous: '0'.repeat(64) })}\n`;
      writeFileSync(file, Buffer.concat([Buffer.from(text), content]));
    },
    says: [/: its header is not the one that the journal knows$/],
  },
  'no header': {
    damage: (path) => writeFileSync(fileOf(path, 1), 'x'.repeat(400)),
    says: [/: its header cannot be read$/],
  },
};

describe('a damaged archive', () => {
  for (const [name, { damage, says }] of Object.entries(DAMAGES)) {
    it(`with ${name} is named, and read nowhere`, async () => {
      const { path, time, entries } = await archived();
      const named = filesOf(path).slice(1, 1 + says.length);
      damage(path);
      const { problems } = checkArchive(path);
      assert.equal(problems.length, says.length, JSON.stringify(problems));
      problems.forEach(({ what }, index) => {
        assert.match(what, says[index]!);
        assert.ok(what.includes(named[index]!), what);
      });
      const engine = await openStore(path, time);
      await assert.rejects(allEntries(engine), (error) => isNamed(error, named));
      const tea = engine.balancesAt('tea', entries[20]!.atMs);
      await assert.rejects(tea, (error) => isNamed(error, named));
      const end = entries.length - 3;
      const last = await engine.entries({ after: end, limit: 3 });
      assert.deepEqual(last, entries.slice(end, end + 3));
      await engine.close();
    });
  }

  it('a broken link is found though each file is as the journal knows it', async () => {
    const { path } = await archived();
    const journal = new DatabaseSync(path);
    const [second] = journal.prepare('SELECT * FROM archive ORDER BY first LIMIT 1 OFFSET 1').all();
    const file = String(second!.file);
    const folder = `${path}.archive`;
    const { header, content } = openArchive(readFileSync(join(folder, file)), file);
    const text = `${JSON.stringify({ ...header, previous: '0'.repeat(64) })}\n`;
    const bytes = Buffer.concat([Buffer.from(text), content]);
    writeFileSync(join(folder, file), bytes);
    const { headerSum } = openArchive(bytes, file);
    journal.prepare('UPDATE archive SET header = ? WHERE file = ?').run(headerSum, file);
    journal.close();
    const said = checkArchive(path).problems.map(({ what }) => what);
    assert.equal(said.length, 2, 'it, and the one after it');
    assert.ok(said[0]!.includes(file) && /the chain is broken$/.test(said[0]!), said[0]);
  });
});

function isNamed(error: unknown, files: readonly string[]): boolean {
  return (
    error instanceof HoldfastError &&
    error.code === 'unavailable' &&
    files.some((file) => error.message.includes(file))
  );
}

// Damages the tables behind the journal from inside, page by page: the file still opens, and what
// stands in it is wrong. The engine starts from it and answers from it, so that it must notice and
// make the tables again from the journal.

import assert from 'node:assert/strict';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import type { Entry } from '../../src/engines/contract.ts';
import { openEngine } from '../../src/engines/open.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { allEntries, assertNobodySees } from './engine-look.ts';
import { copyOf, type LeftBehind, leaveBehind, settled } from './left-behind.ts';
import { Random } from './random.ts';

const SEED = Number(process.env.HOLDFAST_SEED ?? 1);
/** Every so many pages one is damaged; 1 for all. */
const EVERY = Number(process.env.HOLDFAST_PAGES_EVERY ?? 1);
const PAGE_BYTES = 16_384;
const root = temporaryFolder('pages');

interface Page {
  tables: string;
  /** Where it begins. */
  at: number;
  random: Random;
}

const DAMAGES: Record<string, (page: Page) => void> = {
  'a page of zeros': ({ tables, at }) => overwrite(tables, at, Buffer.alloc(PAGE_BYTES)),
  'the second half of a page lost': ({ tables, at }) =>
    overwrite(tables, at + PAGE_BYTES / 2, Buffer.alloc(PAGE_BYTES / 2)),
  'some garbage in a page': ({ tables, at, random }) => {
    const garbage = Buffer.from(Array.from({ length: 64 }, () => random.whole(0, 255)));
    overwrite(tables, at + random.whole(0, PAGE_BYTES - 64), garbage);
  },
  'cut before a page': ({ tables, at }) => truncateSync(tables, at),
};

describe(`tables with damage inside (seed ${SEED})`, () => {
  let left: LeftBehind;
  let entries: Entry[];

  before(async () => {
    left = settled(await leaveBehind(root, 60));
    const engine = await openEngine(`sqlite:${copyOf(left, root)}`, left);
    entries = await allEntries(engine);
    await engine.close();
  });

  for (const [damage, make] of Object.entries(DAMAGES)) {
    test(damage, async () => {
      const seen: string[] = [];
      const pages = readFileSync(join(left.directory, 'journal.db.tables')).length / PAGE_BYTES;
      for (let page = 0; page < pages; page += EVERY) {
        const journal = copyOf(left, root);
        const tables = `${journal}.tables`;
        make({ tables, at: page * PAGE_BYTES, random: new Random(SEED * 1_000 + page) });
        try {
          const engine = await openEngine(`sqlite:${journal}`, left);
          await assertNobodySees(engine, entries, 'opened, but');
        } catch (error) {
          seen.push(`page ${page}: ${String(error).slice(0, 160)}`);
        }
      }
      assert.deepEqual(seen, []);
    });
  }
});

function overwrite(path: string, at: number, bytes: Buffer): void {
  const all = readFileSync(path);
  bytes.copy(all, at);
  writeFileSync(path, all);
}

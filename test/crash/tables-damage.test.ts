// Deletes, replaces and cuts the files of tables that stand behind the journal. They hold nothing of
// their own, so that the engine must make them again without being asked, and nobody may ever see a
// difference. Damage inside them is in tables-pages.test.ts.

import {
  appendFileSync,
  cpSync,
  existsSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import type { Entry } from '../../src/engines/contract.ts';
import { openEngine } from '../../src/engines/open.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { allEntries, assertNobodySees } from './engine-look.ts';
import { copyOf, type LeftBehind, leaveBehind, settled } from './left-behind.ts';
import { Random } from './random.ts';

const SEED = Number(process.env.HOLDFAST_SEED ?? 1);
const CASES = Number(process.env.HOLDFAST_CASES ?? 1);
const root = temporaryFolder('tables');

interface Files {
  tables: string;
  wal: string;
  journal: string;
  random: Random;
  /** Files of an earlier time of another journal. */
  other: LeftBehind;
}

/** By name: what happens to the tables while nobody runs. */
const DAMAGES: Record<string, (files: Files) => void> = {
  'left as they were': () => {},
  deleted: ({ tables, wal }) => {
    rmSync(tables, { force: true });
    rmSync(wal, { force: true });
  },
  'deleted but for the WAL': ({ tables }) => rmSync(tables, { force: true }),
  'without their WAL': ({ wal }) => rmSync(wal, { force: true }),
  empty: ({ tables, wal }) => {
    writeFileSync(tables, '');
    rmSync(wal, { force: true });
  },
  'their WAL cut short': ({ wal, random }) => {
    if (existsSync(wal)) truncateSync(wal, random.whole(1, readFileSync(wal).length - 1));
  },
  'not a database': ({ tables }) => writeFileSync(tables, 'this was a database '.repeat(4_000)),
  "another journal's": ({ tables, wal, other }) => {
    rmSync(wal, { force: true });
    cpSync(join(other.directory, 'journal.db.tables'), tables);
    const otherWal = join(other.directory, 'journal.db.tables-wal');
    if (existsSync(otherWal)) cpSync(otherWal, wal);
  },
  'their WAL with garbage behind it': ({ wal, random }) => {
    if (existsSync(wal)) appendFileSync(wal, Buffer.alloc(9_000, random.whole(1, 255)));
  },
};

describe(`damaged tables behind the journal (seed ${SEED})`, () => {
  const states: { name: string; left: LeftBehind; entries: Entry[] }[] = [];
  let other: LeftBehind;

  before(async () => {
    other = await leaveBehind(root, 20);
    for (const [name, left] of [
      ['killed', await leaveBehind(root, 60)],
      ['ended in good order, then killed', settled(await leaveBehind(root, 60))],
    ] as const) {
      const engine = await openEngine(`sqlite:${copyOf(left, root)}`, left);
      states.push({ name, left, entries: await allEntries(engine) });
      await engine.close();
    }
  });

  for (const [damage, make] of Object.entries(DAMAGES)) {
    test(damage, async () => {
      for (const { name, left, entries } of states) {
        for (let each = 0; each < CASES; each += 1) {
          const journal = copyOf(left, root);
          const tables = `${journal}.tables`;
          const random = new Random(SEED * 1_000 + each);
          make({ journal, tables, wal: `${tables}-wal`, random, other });
          const where = `${damage}, ${name}, case ${each}`;
          const engine = await openEngine(`sqlite:${journal}`, left);
          await assertNobodySees(engine, entries, where);
        }
      }
    });
  }
});

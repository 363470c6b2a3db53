// Damages the journal's WAL as a failing disk or a copy taken too early would. Behind what was
// acknowledged, damage must cost nothing. Within it, the engine must either refuse to open or show
// a whole earlier state: never one that did not exist.

import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { before, describe, test } from 'node:test';
import type { Entry } from '../../src/engines/contract.ts';
import { openEngine } from '../../src/engines/open.ts';
import { Stock } from '../../src/index.ts';
import { accepted } from '../support/shop.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { allEntries, assertFollowsFrom } from './engine-look.ts';
import {
  checkpointed,
  committedBytes,
  copyOf,
  type LeftBehind,
  leaveBehind,
} from './left-behind.ts';
import { Random } from './random.ts';

const SEED = Number(process.env.HOLDFAST_SEED ?? 1);
const CASES = Number(process.env.HOLDFAST_CASES ?? 2);
const root = temporaryFolder('torn');

interface State {
  name: string;
  left: LeftBehind;
  /** What the undamaged files hold. */
  entries: Entry[];
}

interface Damage {
  name: string;
  /** Changes the WAL at a place; `end` is where the acknowledged part ends. */
  make(wal: string, end: number, random: Random): void;
}

const BEHIND: Damage[] = [
  { name: 'cut behind the last commit', make: (wal, end) => truncateSync(wal, end) },
  {
    name: 'garbage behind the last commit',
    make: (wal, end, random) => {
      truncateSync(wal, end);
      appendFileSync(wal, garbage(random, random.whole(1, 60_000)));
    },
  },
  {
    name: 'frames from further up behind the last commit',
    make: (wal, end, random) => {
      truncateSync(wal, end);
      const { bytes, frame } = framesOf(wal);
      const at = 32 + frame * random.whole(0, (end - 32) / frame - 1);
      appendFileSync(wal, bytes.subarray(at, at + frame));
    },
  },
];

const WITHIN: Damage[] = [
  { name: 'cut', make: (wal, end, random) => truncateSync(wal, random.whole(0, end - 1)) },
  {
    name: 'cut between two frames',
    make: (wal, end, random) => {
      const { frame } = framesOf(wal);
      truncateSync(wal, 32 + frame * random.whole(0, (end - 32) / frame - 1));
    },
  },
  {
    name: 'one bit turned',
    make: (wal, end, random) => garble(wal, random.whole(0, end - 1), 1, random),
  },
  {
    name: 'a sector of garbage',
    make: (wal, end, random) => garble(wal, random.whole(0, end - 512), 512, random),
  },
];

describe(`the torn tail of the journal (seed ${SEED})`, () => {
  const states: State[] = [];

  before(async () => {
    const left = await leaveBehind(root, 40);
    const long = await leaveBehind(root, 400);
    for (const [name, each] of [
      ['a young journal', left],
      ['a young journal right after a checkpoint', checkpointed(left, root)],
      ['a journal with several checkpoints', long],
      ['a journal with several checkpoints right after one', checkpointed(long, root)],
    ] as const) {
      const engine = await openEngine(`sqlite:${copyOf(each, root)}`, each);
      const entries = await allEntries(engine);
      await engine.close();
      assert.ok(entries.length >= each.acknowledged, 'everything acknowledged is there');
      states.push({ name, left: each, entries });
    }
  });

  for (const damage of BEHIND) {
    test(`${damage.name}: nothing is lost`, async () => {
      for (const { name, left, entries } of states) {
        const path = copyOf(left, root);
        const wal = `${path}-wal`;
        damage.make(wal, committedBytes(wal), new Random(SEED));
        const engine = await openEngine(`sqlite:${path}`, left);
        try {
          assert.deepEqual(await allEntries(engine), entries, name);
          await assertFollowsFrom(engine, entries);
        } finally {
          await engine.close();
        }
      }
    });
  }

  for (const damage of WITHIN) {
    test(`${damage.name} within what was acknowledged: refused, or an earlier state`, async (t) => {
      const ends: Record<End, number> = { refused: 0, 'an earlier state': 0, everything: 0 };
      for (const state of states) {
        for (let each = 0; each < CASES; each += 1) {
          const path = copyOf(state.left, root);
          const wal = `${path}-wal`;
          damage.make(wal, committedBytes(wal), new Random(SEED * 1_000 + each));
          const where = `${state.name}, case ${each}`;
          // The tables behind may know that the journal had more. Without them it stands alone.
          const alone = each % 2 === 1;
          if (alone)
            for (const end of ['', '-wal']) rmSync(`${path}.tables${end}`, { force: true });
          ends[await assertEarlierState(path, state, where)] += 1;
        }
      }
      t.diagnostic(JSON.stringify(ends));
      assert.ok(ends['an earlier state'] > 0, 'some were cut back');
    });
  }
});

type End = 'refused' | 'an earlier state' | 'everything';

async function assertEarlierState(
  path: string,
  { left, entries }: State,
  where: string,
): Promise<End> {
  let stock: Stock;
  try {
    stock = await Stock.open(await openEngine(`sqlite:${path}`, left), { sweep: false });
  } catch (error) {
    assert.match(String(error), /ahead of its journal|malformed/, where);
    return 'refused';
  }
  try {
    const found = await allEntries(stock.engine);
    assert.ok(found.length <= entries.length, where);
    assert.deepEqual(found, entries.slice(0, found.length), where);
    await assertFollowsFrom(stock.engine, found);
    // And it goes on from there.
    await stock.putPool({ pool: 'cocoa' });
    accepted(await stock.receive({ pool: 'cocoa', quantity: 1 }));
    assert.equal(stock.engine.health().position, found.length + 2, where);
    return found.length < entries.length ? 'an earlier state' : 'everything';
  } catch (error) {
    throw new Error(`${where}: ${String(error)}`, { cause: error });
  } finally {
    await stock.close();
  }
}

function framesOf(wal: string): { bytes: Buffer; frame: number } {
  const bytes = readFileSync(wal);
  return { bytes, frame: 24 + bytes.readUInt32BE(8) };
}

function garble(wal: string, at: number, count: number, random: Random): void {
  const bytes = readFileSync(wal);
  if (count === 1) bytes[at]! ^= 1 << random.whole(0, 7);
  else garbage(random, count).copy(bytes, at);
  writeFileSync(wal, bytes);
}

function garbage(random: Random, count: number): Buffer {
  return Buffer.from(Array.from({ length: count }, () => random.whole(0, 255)));
}

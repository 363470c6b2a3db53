// `kill -9` at every step of a change over three slots, and at every step of whoever ends what that has left; and
// Redis loses all slots at the same time. Whole or not at all, as home has decided, nothing undecided in the end, and
// the same command under the same key is carried out once.

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { SLOTS_CRASH_POINTS } from '../../../src/engines/crash-point.ts';
import { Placement } from '../../../src/engines/slots/placement.ts';
import { postgresMissing } from '../../support/postgres.ts';
import { redisMissing } from '../../support/redis.ts';
import { POOLS, type Seen, SLOTS, SlotsFiles } from './slots-files.ts';

/** From here on it stands. */
const DECIDED = /^slots-(decided|part-ended|ended)/;

const NONE = [0, 0, 0];
const ONE = [1, 1, 1];
const NOTHING: Seen = { held: NONE, sold: NONE, inTransit: NONE, problems: [] };
const HELD: Seen = { ...NOTHING, held: ONE };
const SOLD: Seen = { ...NOTHING, sold: ONE };

/** Each of a process's first change, the reservation, or of its second, the sale. */
const OF_RESERVATION = [
  'slots-part-prepared:1',
  'slots-prepared:1',
  'slots-decided:1',
  'slots-part-ended:2',
];
const OF_SALE = [
  'slots-preparing:2',
  'slots-part-prepared:4',
  'slots-part-ended:3',
  'slots-ended:2',
];

async function onFiles(run: (files: SlotsFiles) => Promise<void>): Promise<void> {
  const files = await SlotsFiles.make();
  try {
    await run(files);
  } finally {
    await files.drop();
  }
}

/** All must be as `seen` says, and the same sale be made once. */
async function endsWith(files: SlotsFiles, seen: Seen): Promise<void> {
  assert.deepEqual(await files.look(), seen);
  const again = await files.sale('one');
  assert.equal(again.stdout, 'reserved\nconfirmed\n', again.stderr);
  assert.deepEqual(await files.look(), SOLD);
}

async function dies(files: SlotsFiles, step: string, told: string): Promise<void> {
  const dead = await files.sale('one', step);
  assert.deepEqual([dead.killed, dead.stdout], [true, told], dead.stderr);
}

const options = { skip: redisMissing() ?? postgresMissing() ?? false, concurrency: 2 };

describe('a server that is killed in a change over slots', options, () => {
  before(() => {
    const placement = new Placement(SLOTS);
    assert.equal(new Set(POOLS.map((pool) => placement.ofOwner(pool))).size, POOLS.length);
    for (const point of SLOTS_CRASH_POINTS) {
      assert.ok(
        [...OF_RESERVATION, ...OF_SALE].some((step) => step.startsWith(`${point}:`)),
        point,
      );
    }
  });
  for (const step of OF_RESERVATION) {
    test(`of a reservation, at ${step}: ${DECIDED.test(step) ? 'all of it' : 'nothing'}`, () =>
      onFiles(async (files) => {
        await dies(files, step, '');
        await endsWith(files, DECIDED.test(step) ? HELD : NOTHING);
      }));
  }
  for (const step of OF_SALE) {
    test(`of a sale, at ${step}: ${DECIDED.test(step) ? 'all of it' : 'nothing'}`, () =>
      onFiles(async (files) => {
        await dies(files, step, 'reserved\n');
        await endsWith(files, DECIDED.test(step) ? SOLD : HELD);
      }));
  }
  test('at slots-prepared:1, and its buyer asks again at once', () =>
    onFiles(async (files) => {
      await dies(files, 'slots-prepared:1', '');
      const again = await files.sale('one');
      assert.equal(again.stdout, 'reserved\nconfirmed\n', again.stderr);
      assert.deepEqual(await files.look(), SOLD);
    }));
});

describe('a server that is killed while Redis loses the slots', options, () => {
  for (const step of ['slots-prepared:1', 'slots-decided:1']) {
    test(`at ${step}: ${DECIDED.test(step) ? 'all of it' : 'nothing'}`, () =>
      onFiles(async (files) => {
        await dies(files, step, '');
        await files.lose();
        await endsWith(files, DECIDED.test(step) ? HELD : NOTHING);
      }));
  }
});

const left = { 'slots-prepared:1': 'slots-found:1', 'slots-decided:1': 'slots-settled:1' };

describe('one who ends what is left, and is killed', options, () => {
  for (const [step, point] of Object.entries(left)) {
    test(`at ${point}, after a server at ${step}; and two more at once`, () =>
      onFiles(async (files) => {
        await dies(files, step, '');
        const dead = await files.end(point);
        assert.equal(dead.killed, true, dead.stderr);
        const both = await Promise.all([files.end(), files.end()]);
        assert.deepEqual(
          both.map(({ stdout }) => stdout),
          ['ended\n', 'ended\n'],
        );
        await endsWith(files, DECIDED.test(step) ? HELD : NOTHING);
      }));
  }
});

// `kill -9` at every step of a transaction over three databases, and at every step of whoever finishes what
// that has left: whole or not at all, as home has decided, nothing in doubt, and the same command under the
// same key is carried out once.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RECOVERY_CRASH_POINTS, SPREAD_CRASH_POINTS } from '../../../src/engines/crash-point.ts';
import { postgresMissing } from '../../support/postgres.ts';
import { SpreadFiles } from './spread-files.ts';

/** Points that are passed once for each of the two parts. */
const OF_PARTS = ['part-locked', 'part-written', 'part-prepared', 'part-committed'];
const STEPS = SPREAD_CRASH_POINTS.flatMap((point) =>
  OF_PARTS.includes(point) ? [`${point}:1`, `${point}:2`] : [`${point}:1`],
);
/** From here on it stands. */
const DECIDED = /^(after-decision|part-committed)/;

const NONE = [0, 0, 0];
const ONE = [1, 1, 1];

async function onFiles(run: (files: SpreadFiles) => Promise<void>): Promise<void> {
  const files = await SpreadFiles.make();
  try {
    await run(files);
  } finally {
    await files.drop();
  }
}

/** Reconciles, and then all must be as `held` says, the same cart be there once, and nothing in doubt. */
async function endsWith(files: SpreadFiles, held: number[]): Promise<void> {
  const { code, stdout, stderr } = await files.reconcile();
  assert.equal(code, 0, stderr);
  assert.equal(JSON.parse(stdout).left, 0);
  assert.equal(await files.inDoubt(), 0);
  assert.deepEqual(await files.look(), { held, problems: [] });
  const again = await files.cart('one');
  assert.equal(again.stdout, 'reserved\n', again.stderr);
  assert.deepEqual(await files.look(), { held: ONE, problems: [] });
}

const options = { skip: postgresMissing() ?? false, concurrency: 3 };

describe('a server that is killed in a transaction over three databases', options, () => {
  for (const step of STEPS) {
    test(`at ${step}: ${DECIDED.test(step) ? 'all of it' : 'nothing'}`, () =>
      onFiles(async (files) => {
        const dead = await files.cart('one', step);
        assert.deepEqual([dead.killed, dead.stdout], [true, ''], dead.stderr);
        await endsWith(files, DECIDED.test(step) ? ONE : NONE);
      }));
  }
});

describe('a recoverer that is killed', options, () => {
  for (const left of ['part-prepared:2', 'after-decision:1']) {
    for (const point of RECOVERY_CRASH_POINTS) {
      test(`at ${point}, after a server at ${left}; and two more at once`, () =>
        onFiles(async (files) => {
          await files.cart('one', left);
          assert.equal(await files.inDoubt(), 2);
          const dead = await files.reconcile(`${point}:1`);
          assert.equal(dead.killed, true, dead.stderr);
          const both = await Promise.all([files.reconcile(), files.reconcile()]);
          assert.deepEqual(
            both.map(({ code }) => code),
            [0, 0],
          );
          await endsWith(files, DECIDED.test(left) ? ONE : NONE);
        }));
    }
  }
});

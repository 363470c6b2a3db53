// Some rounds of faults under servers that decide a queue, of each carrier; `test/crash/queue-rounds.ts` runs
// as many as one likes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CARRIERS } from '../../support/carriers.ts';
import { postgresMissing } from '../../support/postgres.ts';
import { assertSound } from '../failure-of.ts';
import { runQueue } from './queue-run.ts';

const ROUNDS = 3;
const SEED = 6;

const lacking = CARRIERS.map((kind) => kind.ownMissing()).find((why) => why !== undefined);
const skip = lacking ?? postgresMissing() ?? false;

test('who came first is served first, whoever dies', { skip, timeout: 900_000 }, async (t) => {
  const result = await runQueue({ rounds: ROUNDS, seed: SEED });
  const again = `again: node test/crash/queue-rounds.ts --rounds ${ROUNDS} --seed ${SEED}`;
  assertSound(result, again);
  assert.equal(result.rounds, ROUNDS);
  // Rounds in which nobody orders, or nobody is held up, show nothing.
  assert.ok(result.orders > 250 && result.repeated > 0, JSON.stringify(result));
  t.diagnostic(JSON.stringify(result));
});

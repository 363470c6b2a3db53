// `kill -9` of the server at random moments and at every named point, under load: nothing that was
// acknowledged is lost, nothing is sold twice, every unknown outcome is resolved. rounds.ts runs as
// many rounds as one likes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { runRounds } from './crash-run.ts';
import { assertSound, THROUGH_EACH_ROUND } from './failure-of.ts';
import { POINTS } from './round-plan.ts';

const SEED = Number(process.env.HOLDFAST_SEED ?? Date.now() % 1_000_000);
const ROUNDS = 12;
/** The machine may be busy with other things: the server's own share of it must stay below 5 s. */
const READY_MAX_MS = 60_000;
const directory = temporaryFolder('kill');

test(`${ROUNDS} rounds of kill -9 (seed ${SEED})`, async () => {
  const run = { rounds: ROUNDS, seed: SEED };
  const result = await runRounds({ ...run, directory, longestMs: 300, readyMaxMs: READY_MAX_MS });
  assertSound(result, `again: node test/crash/rounds.ts --seed ${SEED}`);
  assert.equal(result.rounds, ROUNDS);
  assert.ok(result.slowestReadyProcessorMs < 5_000, `${result.slowestReadyProcessorMs} ms`);
  for (const point of POINTS) {
    assert.ok((result.deaths[point] ?? 0) > 0, `no death at ${point}: ${JSON.stringify(result)}`);
  }
  assert.ok(result.acknowledged > ROUNDS * THROUGH_EACH_ROUND, 'buyers got through');
  assert.ok(result.resolvedAccepted > 0, 'some outcomes were unknown and had taken effect');
  assert.equal(result.resolvedAccepted + result.resolvedRefused, result.unknown);
});

// The same rounds under the model of power loss, where only synced bytes survive: with
// synchronous=FULL nothing acknowledged is lost, with synchronous=OFF it is. The second proves that
// the first means something.

import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type RunOptions, runRounds } from './crash-run.ts';
import { assertSound, THROUGH_EACH_ROUND } from './failure-of.ts';
import { powerLossModel } from './power-loss.ts';

const SEED = Number(process.env.HOLDFAST_SEED ?? Date.now() % 1_000_000);
const ROUNDS = 6;
/** The machine may be busy with other things: the server's own share of it must stay below 5 s. */
const READY_MAX_MS = 60_000;
const root = temporaryFolder('power');

function options(library: string, keep: 'none' | 'some'): RunOptions {
  const directory = mkdtempSync(join(root, 'files-'));
  const powerLoss = { library, keep };
  const run = { directory, rounds: ROUNDS, seed: SEED };
  return { ...run, longestMs: 300, readyMaxMs: READY_MAX_MS, powerLoss };
}

test(`${ROUNDS} rounds of power loss lose nothing (seed ${SEED})`, async (t) => {
  const library = powerLossModel(t, root);
  if (library === undefined) return;
  const result = await runRounds(options(library, 'some'));
  const again = `again: node test/crash/rounds.ts --power-loss --seed ${SEED}`;
  assertSound(result, again);
  assert.equal(result.rounds, ROUNDS);
  assert.ok(result.slowestReadyProcessorMs < 5_000, `${result.slowestReadyProcessorMs} ms`);
  assert.ok(result.acknowledged > ROUNDS * THROUGH_EACH_ROUND, 'buyers got through');
});

test('without syncing, loss of power is found out', async (t) => {
  const library = powerLossModel(t, root);
  if (library === undefined) return;
  const result = await runRounds({ ...options(library, 'none'), synchronous: 'OFF' });
  // Answers are gone, or so much of the journal that the tables know of more than it has.
  const noticed = result.lost.length > 0 || result.stderr.includes('ahead of its journal');
  assert.ok(noticed, JSON.stringify(result));
});

// Servers killed at steps of transactions over three databases, and databases stopped, under load: nothing
// that was acknowledged is lost or half done, nothing stays in doubt, and the service comes back.
// two-phase-rounds.ts runs as many rounds as one likes.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ownPostgresMissing } from '../../support/postgres.ts';
import { assertSound, THROUGH_EACH_ROUND } from '../failure-of.ts';
import { runFaults } from '../postgres/fault-run.ts';

const SEED = Number(process.env.HOLDFAST_SEED ?? Date.now() % 1_000_000);
const ROUNDS = 3;
const AGAIN = `again: node test/crash/two-phase-rounds.ts --rounds ${ROUNDS} --seed ${SEED}`;

describe('two servers on three databases', { skip: ownPostgresMissing() ?? false }, () => {
  test(`${ROUNDS} rounds of faults (seed ${SEED})`, async () => {
    const result = await runFaults({ rounds: ROUNDS, seed: SEED, spread: true });
    assertSound(result, AGAIN);
    assert.equal(result.rounds, ROUNDS);
    assert.ok(result.acknowledged > ROUNDS * THROUGH_EACH_ROUND, 'buyers got through');
    assert.equal(result.resolvedAccepted + result.resolvedRefused, result.unknown);
    assert.ok(result.entries >= result.acknowledged, 'the reader followed over all of it');
  });
});

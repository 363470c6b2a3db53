// Connections ended, PostgreSQL stopped and killed, servers killed and held up, under load: nothing that
// was acknowledged is lost, nothing is sold twice, a reader misses nothing, and the service comes back.
// postgres-rounds.ts runs as many rounds as one likes.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ownPostgresMissing } from '../../support/postgres.ts';
import { assertSound, THROUGH_EACH_ROUND } from '../failure-of.ts';
import { runFaults } from './fault-run.ts';
import { FAULT_KINDS } from './faults.ts';

const SEED = Number(process.env.HOLDFAST_SEED ?? Date.now() % 1_000_000);
const ROUNDS = 5;
const AGAIN = `again: node test/crash/postgres-rounds.ts --rounds ${ROUNDS} --seed ${SEED}`;

describe('three servers on one PostgreSQL', { skip: ownPostgresMissing() ?? false }, () => {
  test(`${ROUNDS} rounds of faults (seed ${SEED})`, async () => {
    const result = await runFaults({ rounds: ROUNDS, seed: SEED });
    assertSound(result, AGAIN);
    assert.equal(result.rounds, ROUNDS);
    assert.deepEqual(Object.keys(result.faults).sort(), [...new Set(FAULT_KINDS)].sort());
    assert.ok(result.acknowledged > ROUNDS * THROUGH_EACH_ROUND, 'buyers got through');
    assert.ok(result.away > 0, 'some answers were that the database was away');
    assert.ok(result.resolvedAccepted > 0, 'some outcomes were unknown and had taken effect');
    assert.equal(result.resolvedAccepted + result.resolvedRefused, result.unknown);
    assert.ok(result.entries >= result.acknowledged, 'the reader followed over all of it');
  });
});

// Faults of relays, brokers and consumers under shoppers: nothing is missing in the topic, every product is
// in order, and an order book comes to what the shop says. kafka-rounds.ts runs as many as one likes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownKafkaMissing } from '../../support/kafka.ts';
import { postgresMissing } from '../../support/postgres.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { assertSound } from '../failure-of.ts';
import { runRelay } from './relay-run.ts';

const SEED = Number(process.env.HOLDFAST_SEED ?? Date.now() % 1_000_000);
const ROUNDS = 3;
const skip = ownKafkaMissing() ?? postgresMissing() ?? false;

test(`${ROUNDS} rounds of faults under the relay (seed ${SEED})`, { skip }, async (t) => {
  const directory = temporaryFolder('relay');
  const result = await runRelay({ directory, rounds: ROUNDS, seed: SEED });
  const again = `again: node test/crash/kafka-rounds.ts --rounds ${ROUNDS} --seed ${SEED}`;
  assertSound(result, again);
  assert.equal(result.rounds, ROUNDS);
  // Rounds in which nobody shops show nothing.
  assert.ok(result.accepted > 300, JSON.stringify(result));
  assert.ok(result.told > result.accepted, JSON.stringify(result));
  assert.ok(result.acceptedAway > 0, JSON.stringify(result));
  t.diagnostic(JSON.stringify(result));
});

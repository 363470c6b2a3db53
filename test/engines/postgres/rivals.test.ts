// Servers that write the same pools notice each other, and have one batch under way instead of two; alone
// they have two again.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { PostgresEngine } from '../../../src/engines/postgres/postgres-engine.ts';
import { Rivals } from '../../../src/engines/postgres/rivals.ts';
import { freshSchema, postgresMissing } from '../../support/postgres.ts';
import { receiving } from '../sqlite/store-files.ts';

it('a number that somebody else has raised tells of a rival, one of our own does not', () => {
  const rivals = new Rivals();
  const batch = (found: number, raised: number) =>
    rivals.note(new Map([['tea', found]]), [{ owner: 'tea', seq: raised, raisedAt: 0 }]);
  for (let seq = 0; seq < 20; seq += 1) batch(seq, seq + 1);
  // Two under way: the second was decided on what the first had not committed yet.
  batch(19, 21);
  assert.equal(rivals.areHere, false);
  let batches = 0;
  for (let seq = 30; !rivals.areHere; seq += 2, batches += 1) batch(seq, seq + 1);
  assert.equal(batches, 4);
  for (let seq = 60; rivals.areHere; seq += 1, batches += 1) batch(seq, seq + 1);
  assert.ok(batches < 10);
});

it('two servers on one pool, then one', { skip: postgresMissing() ?? false }, async () => {
  const { address, drop } = await freshSchema();
  const [one, other] = [await PostgresEngine.open(address), await PostgresEngine.open(address)];
  const most = () => [one.commitsInFlightMax, other.commitsInFlightMax];
  for (let round = 0; round < 8; round += 1) {
    await one.commit([receiving(1, 'tea')]);
    await other.commit([receiving(1, 'milk')]);
  }
  assert.deepEqual(most(), [2, 2]);
  for (let round = 0; round < 8; round += 1) {
    for (const engine of [one, other]) await engine.commit([receiving(1, 'tea')]);
  }
  assert.deepEqual(most(), [1, 1]);
  for (let round = 0; round < 8; round += 1) await one.commit([receiving(1, 'tea')]);
  assert.deepEqual(most(), [2, 1]);
  await Promise.all([one.close(), other.close()]);
  await drop();
});

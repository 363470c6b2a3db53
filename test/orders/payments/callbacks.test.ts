// Sequences of callbacks by the thousand: one outcome each, no money kept without units or a refund, no
// units given without money. `node test/orders/payments/soak.ts` plays more of them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EngineUnderTest } from '../../../src/engines/conformance/bench.ts';
import { postgresMissing } from '../../support/postgres.ts';
import { postgresKind } from '../../support/postgres-kind.ts';
import { sqliteKind } from '../../support/sqlite-kind.ts';
import { playSequence } from './callback-sequences.ts';

const SEQUENCES = 2_000;

test(`${SEQUENCES} random lives of orders and payments end right`, async (t) => {
  const first = Number(process.env.SEED ?? Date.now() % 1_000_000_000);
  t.diagnostic(`seeds ${first} to ${first + SEQUENCES - 1}`);
  const ends: Record<string, number> = {};
  for (let seed = first; seed < first + SEQUENCES; seed += 1) {
    const report = await playSequence(seed);
    const again = `node test/orders/payments/soak.ts --sequences 1 --seed ${seed}`;
    assert.deepEqual(report.wrong, [], again);
    for (const [end, count] of Object.entries(report.ends)) ends[end] = (ends[end] ?? 0) + count;
  }
  // A generator that never gets there shows nothing.
  for (const end of ['CONFIRMED', 'CANCELLED', 'EXPIRED', 'REFUNDED']) {
    assert.ok(ends[end]! > SEQUENCES / 20, `${end}: ${ends[end]}`);
  }
});

const KINDS: readonly [kind: EngineUnderTest, count: number][] = [
  [sqliteKind, 40],
  [postgresKind, 15],
];

for (const [kind, count] of KINDS) {
  const skip = kind === postgresKind ? (postgresMissing() ?? false) : false;
  test(`${count} of them on ${kind.name}`, { skip }, async (t) => {
    const first = Number(process.env.SEED ?? Date.now() % 1_000_000_000);
    t.diagnostic(`seeds ${first} to ${first + count - 1}`);
    for (let seed = first; seed < first + count; seed += 1) {
      const report = await playSequence(seed, (time) => kind.open(time));
      assert.deepEqual(report.wrong, [], `SEED=${seed} node test/run.ts payments/callbacks`);
    }
  });
}

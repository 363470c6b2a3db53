// The test of a few sales with somebody killed in the middle, each kind of kill once; `test/crash/sale-rounds.ts` runs
// as many as one likes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownPostgresMissing } from '../../support/postgres.ts';
import { ownRedisMissing } from '../../support/redis.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { assertSound } from '../failure-of.ts';
import { FAULTS, type StoreKind } from './sale-plan.ts';
import { runSales } from './sale-run.ts';

const SEED = Number(process.env.HOLDFAST_SEED ?? Date.now() % 1_000_000);
const LACKING: Record<StoreKind, string | undefined> = {
  sqlite: undefined,
  redis: ownRedisMissing() ?? ownPostgresMissing(),
};

export function fewRounds(store: StoreKind): void {
  const rounds = FAULTS[store].length;
  const skip = LACKING[store] ?? false;
  const what = `a sale keeps its promises whoever is killed, ${store} (seed ${SEED})`;
  test(what, { skip, timeout: 800_000 }, async (t) => {
    const directory = temporaryFolder('sale-rounds');
    const result = await runSales({ store, directory, rounds, seed: SEED });
    const again = `again: node test/crash/sale-rounds.ts --engine ${store} --rounds ${rounds} --seed ${SEED}`;
    assertSound(result, again);
    assert.equal(result.rounds, rounds);
    // Rounds in which nobody buys, gives back or waits show nothing.
    const { paid = 0, cancelled = 0, expired = 0 } = result.orders;
    assert.ok(Math.min(paid, cancelled, expired) > 0, JSON.stringify(result));
    t.diagnostic(JSON.stringify(result));
  });
}

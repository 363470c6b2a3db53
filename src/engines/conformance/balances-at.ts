// The balances of an owner at the end of any moment in the past.

import assert from 'node:assert/strict';
import type { Behaviour } from './behaviour.ts';
import { type Bench, move } from './bench.ts';
import { START_MS } from './manual-time.ts';

async function given(bench: Bench): Promise<void> {
  if ((await bench.owner('a')) !== undefined) return;
  await bench.pool('a');
  bench.time.passMs(1_000);
  await bench.fill('a/available', 5);
  bench.time.passMs(1_000);
  await bench.accept({ moves: [move('a/available', 'a/held', 2)] });
  await bench.accept({ moves: [move('a/held', 'a/sold', 1)] });
  bench.time.passMs(1_000);
  await bench.fill('b/available', 7);
  await bench.journal();
}

/** Without the accounts that hold nothing: an engine may leave them out or not. */
async function at(bench: Bench, ms: number): Promise<Record<string, number> | undefined> {
  const balances = await bench.engine.balancesAt('a', START_MS + ms);
  if (balances === undefined) return undefined;
  return Object.fromEntries(Object.entries(balances).filter(([, balance]) => balance !== 0));
}

export const balancesAt: Behaviour = {
  title: 'balances at a past time',
  shared: true,
  cases: {
    'before it was there': async (bench) => {
      await given(bench);
      assert.equal(await at(bench, -1), undefined);
    },
    'there, and still empty': async (bench) => {
      await given(bench);
      assert.deepEqual(await at(bench, 0), {});
    },
    'at the moment of an entry its effect is seen, one ms before it is not': async (bench) => {
      await given(bench);
      assert.deepEqual(await at(bench, 999), {});
      assert.deepEqual(await at(bench, 1_000), { available: 5, supply: -5 });
    },
    'all entries of one moment': async (bench) => {
      await given(bench);
      const expected = { available: 3, held: 1, sold: 1, supply: -5 };
      assert.deepEqual(await at(bench, 2_000), expected);
      assert.deepEqual(await at(bench, 1_000_000), expected);
    },
    'an owner that never was': async (bench) => {
      await given(bench);
      assert.equal(await bench.engine.balancesAt('none', START_MS + 9_999), undefined);
    },
  },
};

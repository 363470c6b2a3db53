// A part of a larger whole that is not decided yet: never due, and whoever is refused over it is
// told that the refusal is not the last word.

import assert from 'node:assert/strict';
import type { Behaviour } from './behaviour.ts';
import { type Bench, move } from './bench.ts';
import { shortageOf } from './outcomes.ts';

const asking = { moves: [move('a/available', 'a/sold', 1)] };

async function undecided(bench: Bench): Promise<void> {
  await bench.fill('a/available', 1);
  await bench.hold('r', 'a', 1, { forMs: 1_000, tentative: true });
}

async function decide(bench: Bench): Promise<void> {
  const { id, kind, state, data, claims } = (await bench.document('r'))!;
  await bench.accept({ writes: [{ id, kind, state, data, claims, deadline: { keep: true } }] });
}

export const tentative: Behaviour = {
  title: 'tentative documents',
  cases: {
    'never due': async (bench) => {
      await undecided(bench);
      bench.time.passMs(10_000);
      assert.deepEqual(await bench.engine.due(10), []);
      const refusal = await bench.refuse({ guards: [{ document: 'r', due: true }] });
      assert.ok(refusal.code === 'document' && refusal.failed === 'due');
    },
    'a refusal over it is flagged': async (bench) => {
      await undecided(bench);
      bench.time.passMs(10_000);
      const short = shortageOf(await bench.commit(asking));
      assert.deepEqual([short.tentative, short.due], [true, []]);
      const other = { moves: [move('b/available', 'b/sold', 1)] };
      assert.equal(shortageOf(await bench.commit(other)).tentative, false);
    },
    'once decided no refusal is flagged': async (bench) => {
      await undecided(bench);
      await decide(bench);
      assert.equal(shortageOf(await bench.commit(asking)).tentative, false);
    },
    'once decided its claims are named when due': async (bench) => {
      await undecided(bench);
      bench.time.passMs(10_000);
      await decide(bench);
      assert.deepEqual(shortageOf(await bench.commit(asking)).due, ['r']);
    },
    'once decided, with the deadline it had, it falls due': async (bench) => {
      await undecided(bench);
      bench.time.passMs(10_000);
      assert.deepEqual(await bench.engine.due(10), []);
      await decide(bench);
      const due = await bench.engine.due(10);
      assert.deepEqual(
        due.map(({ id }) => id),
        ['r'],
      );
    },
  },
};

// Conditions on owners' numbers, as of what came before in the batch.

import assert from 'node:assert/strict';
import type { Behaviour } from './behaviour.ts';
import { move } from './bench.ts';

export const seqGuards: Behaviour = {
  title: 'guards on numbers',
  shared: true,
  cases: {
    "an owner's number: the same": async (bench) => {
      await bench.fill(bench.own('a/available'), 1);
      await bench.accept({ guards: [{ owner: bench.own('a'), seq: 1 }] });
    },
    "an owner's number: another, even within the batch": async (bench) => {
      await bench.fill(bench.own('a/available'), 2);
      const taking = {
        guards: [{ owner: bench.own('a'), seq: 1 }],
        moves: [move(bench.own('a/available'), bench.own('a/held'), 1)],
      };
      const [first, second] = await bench.batch(taking, taking);
      assert.equal(first?.ok, true);
      assert.deepEqual(second, {
        ok: false,
        refusal: { code: 'seq', owner: bench.own('a'), found: 2 },
      });
    },
    'an owner that was never touched has number 0': async (bench) => {
      await bench.accept({ guards: [{ owner: bench.own('a'), seq: 0 }] });
      assert.deepEqual(await bench.refuse({ guards: [{ owner: bench.own('a'), seq: 1 }] }), {
        code: 'seq',
        owner: bench.own('a'),
        found: 0,
      });
    },
  },
};

// Positions without a gap, and one number per owner that grows by one with every entry.

import assert from 'node:assert/strict';
import type { Behaviour } from './behaviour.ts';
import { move, note, poolWrite } from './bench.ts';
import { entryOf } from './outcomes.ts';

export const numbers: Behaviour = {
  title: 'numbers',
  cases: {
    'positions are gapless, refusals and repeats use none': async (bench) => {
      const request = { principal: 'p', key: 'k', hash: '1' };
      await bench.accept({ request });
      await bench.batch(
        { request },
        { moves: [move('a/available', 'a/held', 1)] },
        { writes: [note('n')] },
      );
      await bench.accept({});
      const positions = (await bench.journal()).map(({ position }) => position);
      assert.deepEqual(positions, [1, 2, 3]);
    },
    'every owner that is touched gets its next number, once, floors first': async (bench) => {
      await bench.fill('c/available', 9);
      const entry = await bench.accept({
        moves: [
          move('c/available', 'c/held', 1),
          move('c/available', 'b/available', 1),
          move('c/available', 'c/held', 1),
        ],
        writes: [poolWrite('a'), poolWrite('b')],
        floors: [{ account: '!two!!bob/used', floor: -9 }],
      });
      assert.deepEqual(entry.seqs, [
        ['!two!!bob', 1],
        ['c', 2],
        ['b', 1],
        ['a', 1],
      ]);
    },
    "writing a pool's document raises its number, other documents none": async (bench) => {
      const limit = { id: 'limit:two', kind: 'limit', state: 'ACTIVE', data: {} };
      const entry = await bench.accept({ writes: [poolWrite('a'), limit, note('n')] });
      assert.deepEqual(entry.seqs, [['a', 1]]);
      assert.equal((await bench.owner('a'))?.seq, 1);
    },
    'commits under way: decided as asked, where the engine says so': async (bench) => {
      const { decidesInOrder, commitsInFlightMax } = bench.engine;
      for (let round = 0; round < 10 && decidesInOrder === true; round += 1) {
        const pool = `a${round}`;
        await bench.fill(`${pool}/available`, 1);
        const under = Array.from({ length: commitsInFlightMax }, () =>
          bench.batch({ moves: [move(`${pool}/available`, `${pool}/held`, 1)] }),
        );
        const accepted = (await Promise.all(under)).map(([outcome]) => outcome!.ok);
        assert.deepEqual(accepted, [true, ...accepted.slice(1).map(() => false)]);
      }
    },
    'within a batch they go on from each other': async (bench) => {
      await bench.fill('a/available', 3);
      const taking = { moves: [move('a/available', 'a/held', 1)] };
      const outcomes = await bench.batch(taking, taking, taking);
      assert.deepEqual(
        outcomes.map((outcome) => entryOf(outcome).seqs),
        [[['a', 2]], [['a', 3]], [['a', 4]]],
      );
      assert.equal((await bench.owner('a'))?.seq, 4);
    },
    'a refused transaction raises none': async (bench) => {
      await bench.fill('a/available', 1);
      await bench.refuse({ moves: [move('a/available', 'a/held', 2)] });
      assert.equal((await bench.owner('a'))?.seq, 1);
    },
  },
};

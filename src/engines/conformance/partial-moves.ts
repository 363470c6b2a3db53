// As many as there are, at least so many; and at least so many over all lines together.

import assert from 'node:assert/strict';
import type { Behaviour } from './behaviour.ts';
import { type Bench, holding } from './bench.ts';
import { shortageOf } from './outcomes.ts';

const upTo = (pool: string, quantity: number, quantityMin: number) => ({
  legs: [{ from: `${pool}/available`, to: `${pool}/held` }],
  quantity,
  quantityMin,
});

/** Stock and an allowance on one move. */
const limited = (quantity: number, quantityMin: number, ceiling: number) => ({
  floors: [{ account: '!two!!bob/used', floor: -ceiling }],
  moves: [
    {
      legs: [
        { from: 'a/available', to: 'a/held' },
        { from: '!two!!bob/used', to: '!two!!bob/granted' },
      ],
      quantity,
      quantityMin,
    },
  ],
});

async function granted(bench: Bench, draft: object): Promise<number[]> {
  return (await bench.accept(draft)).granted;
}

export const partialMoves: Behaviour = {
  title: 'partial moves',
  cases: {
    'as many as there are': async (bench) => {
      await bench.fill('a/available', 3);
      assert.deepEqual(await granted(bench, { moves: [upTo('a', 5, 1)] }), [3]);
    },
    'no more than asked': async (bench) => {
      await bench.fill('a/available', 9);
      assert.deepEqual(await granted(bench, { moves: [upTo('a', 5, 1)] }), [5]);
    },
    'fewer than the least is a refusal': async (bench) => {
      await bench.fill('a/available', 3);
      const short = shortageOf(await bench.commit({ moves: [upTo('a', 5, 4)] }));
      assert.deepEqual([short.move, short.available], [0, 3]);
    },
    'the least may be none: nothing moves and no account is touched': async (bench) => {
      const entry = await bench.accept({ moves: [upTo('a', 5, 0)] });
      assert.deepEqual([entry.granted, entry.moves, entry.seqs], [[0], [], []]);
      assert.equal(await bench.owner('a'), undefined);
    },
    'several legs: the one with the least decides': async (bench) => {
      await bench.fill('a/available', 10);
      assert.deepEqual(await granted(bench, limited(5, 1, 3)), [3]);
      assert.equal(await bench.balance('a/held'), 3);
      assert.equal(await bench.balance('!two!!bob/granted'), 3);
    },
    'several legs: a source with fewer than the least refuses': async (bench) => {
      await bench.fill('a/available', 10);
      const short = shortageOf(await bench.commit(limited(5, 4, 3)));
      assert.deepEqual([short.account, short.available], ['!two!!bob/used', 3]);
    },
    'several legs: one has none, and none will do': async (bench) => {
      assert.deepEqual(await granted(bench, limited(5, 0, 3)), [0]);
      assert.equal(await bench.balance('!two!!bob/granted'), 0);
    },
    'several legs: one stands below its floor, and none will do': async (bench) => {
      await bench.fill('a/available', 10);
      await granted(bench, limited(3, 1, 3));
      assert.deepEqual(await granted(bench, limited(5, 0, 2)), [0]);
    },
    'a later line gets what an earlier one left': async (bench) => {
      await bench.fill('a/available', 7);
      const lines = [upTo('a', 5, 1), upTo('a', 5, 1)];
      assert.deepEqual(await granted(bench, { moves: lines }), [5, 2]);
    },
    'grantedMin: reached by all lines together': async (bench) => {
      await bench.fill('a/available', 1);
      await bench.fill('b/available', 1);
      const lines = [upTo('a', 5, 0), upTo('b', 5, 0)];
      assert.deepEqual(await granted(bench, { moves: lines, grantedMin: 2 }), [1, 1]);
    },
    'grantedMin: not reached, nothing moves': async (bench) => {
      await bench.fill('b/available', 1);
      const lines = [upTo('a', 5, 0), upTo('b', 5, 0)];
      const short = shortageOf(await bench.commit({ moves: lines, grantedMin: 2 }));
      assert.equal(short.move, -1);
      assert.equal(await bench.balance('b/available'), 1);
    },
    'grantedMin: not reached, units that are due on any line come first': async (bench) => {
      await bench.fill('e/available', 1);
      await bench.hold('r', 'e', 1, { forMs: 1_000 });
      bench.time.passMs(1_000);
      const lines = ['a', 'b', 'c', 'd', 'e'].map((pool) => upTo(pool, 5, 0));
      const short = shortageOf(await bench.commit({ moves: lines, grantedMin: 1 }));
      assert.deepEqual([short.account, short.due], ['e/available', ['r']]);
    },
    'grantedMax: what the lines before have left': async (bench) => {
      await bench.fill('a/available', 9);
      await bench.fill('b/available', 9);
      const lines = [upTo('a', 5, 0), upTo('b', 5, 0), upTo('a', 5, 0)];
      assert.deepEqual(await granted(bench, { moves: lines, grantedMax: 7 }), [5, 2, 0]);
    },
    'grantedMax: what one line cannot have goes to the next': async (bench) => {
      await bench.fill('b/available', 9);
      const lines = [upTo('a', 5, 0), upTo('b', 5, 0)];
      assert.deepEqual(await granted(bench, { moves: lines, grantedMax: 5 }), [0, 5]);
    },
    'grantedMax: what later lines ask at least is set aside for them': async (bench) => {
      await bench.fill('a/available', 9);
      await bench.fill('b/available', 9);
      const lines = [upTo('a', 5, 0), upTo('b', 5, 2), upTo('a', 5, 1)];
      assert.deepEqual(await granted(bench, { moves: lines, grantedMax: 6 }), [3, 2, 1]);
    },
    'grantedMax: a later line that is not partial is set aside whole': async (bench) => {
      await bench.fill('a/available', 9);
      await bench.fill('b/available', 9);
      const exact = { legs: upTo('b', 4, 0).legs, quantity: 4 };
      const moves = [upTo('a', 5, 0), exact, upTo('a', 5, 0)];
      assert.deepEqual(await granted(bench, { moves, grantedMax: 6 }), [2, 4, 0]);
    },
    'grantedMax: what is set aside and not used up goes to the lines after': async (bench) => {
      await bench.fill('a/available', 1);
      await bench.fill('b/available', 9);
      const lines = [upTo('a', 5, 0), upTo('b', 5, 1), upTo('b', 5, 1)];
      assert.deepEqual(await granted(bench, { moves: lines, grantedMax: 5 }), [1, 3, 1]);
    },
    'grantedMax: no unit is due for a line that is cut to what there is': async (bench) => {
      await bench.fill('a/available', 3);
      await bench.hold('r', 'a', 1, { forMs: 1_000 });
      bench.time.passMs(1_000);
      assert.deepEqual(await granted(bench, { moves: [upTo('a', 5, 0)], grantedMax: 2 }), [2]);
    },
    'grantedMax: what is asked at least is granted, even where that is more': async (bench) => {
      await bench.fill('a/available', 9);
      const exact = { legs: upTo('a', 4, 0).legs, quantity: 4 };
      const moves = [upTo('a', 5, 3), exact, upTo('a', 2, 0)];
      assert.deepEqual(await granted(bench, { moves, grantedMax: 2 }), [3, 4, 0]);
    },
    'grantedMax: more than is asked changes nothing': async (bench) => {
      await bench.fill('a/available', 9);
      assert.deepEqual(await granted(bench, { moves: [upTo('a', 5, 0)], grantedMax: 9 }), [5]);
    },
    'a claim by move holds what was granted': async (bench) => {
      await bench.fill('a/available', 3);
      const hold = holding('r', 'a', 5);
      const entry = await bench.accept({ ...hold, moves: [upTo('a', 5, 1)] });
      assert.equal(entry.documents[0]?.claims[0]?.quantity, 3);
    },
    'units that are due come first: no part is granted over them': async (bench) => {
      await bench.fill('a/available', 5);
      await bench.hold('r', 'a', 3, { forMs: 1_000 });
      bench.time.passMs(1_000);
      const short = shortageOf(await bench.commit({ moves: [upTo('a', 5, 1)] }));
      assert.deepEqual(short.due, ['r']);
      assert.deepEqual(await granted(bench, { moves: [upTo('a', 2, 1)] }), [2]);
    },
  },
};

// Units move all or nothing, each move sees the ones before it, and no balance leaves its range.

import assert from 'node:assert/strict';
import type { Behaviour } from './behaviour.ts';
import { held, move, SUPPLY_FLOOR } from './bench.ts';
import { shortageOf } from './outcomes.ts';

export const moves: Behaviour = {
  title: 'moves',
  cases: {
    'what leaves one account arrives in the other': async (bench) => {
      await bench.fill('a/available', 5);
      const entry = await bench.accept({ moves: [held('a', 2)] });
      assert.deepEqual(entry.granted, [2]);
      assert.deepEqual(entry.moves, [{ from: 'a/available', to: 'a/held', quantity: 2 }]);
      assert.equal(await bench.balance('a/available'), 3);
      assert.equal(await bench.balance('a/held'), 2);
    },
    'one more than there is': async (bench) => {
      await bench.fill('a/available', 5);
      const short = shortageOf(await bench.commit({ moves: [held('a', 6)] }));
      assert.deepEqual([short.move, short.account, short.available], [0, 'a/available', 5]);
      await bench.accept({ moves: [held('a', 5)] });
    },
    'all or nothing: a move that cannot be made undoes those before it': async (bench) => {
      await bench.fill('a/available', 1);
      await bench.fill('b/available', 1);
      const before = await bench.owner('a');
      const draft = { moves: [held('a', 1), held('b', 1), held('c', 1)] };
      const short = shortageOf(await bench.commit(draft));
      assert.deepEqual([short.move, short.account], [2, 'c/available']);
      assert.deepEqual(await bench.owner('a'), before);
      assert.equal(await bench.owner('c'), undefined);
    },
    'two lines of one pool see each other': async (bench) => {
      await bench.fill('a/available', 5);
      const short = shortageOf(await bench.commit({ moves: [held('a', 3), held('a', 3)] }));
      assert.deepEqual([short.move, short.available], [1, 2]);
      await bench.accept({ moves: [held('a', 3), held('a', 2)] });
    },
    'a move may take what the one before it brought': async (bench) => {
      await bench.fill('a/available', 1);
      await bench.accept({ moves: [held('a', 1), move('a/held', 'a/sold', 1)] });
      assert.equal(await bench.balance('a/sold'), 1);
    },
    'legs take the same quantity, or none does': async (bench) => {
      await bench.fill('a/available', 5);
      const legs = [
        { from: 'a/available', to: 'a/held' },
        { from: '!two!!bob/used', to: '!two!!bob/granted' },
      ];
      const allowance = [{ account: '!two!!bob/used', floor: -2 }];
      const draft = { floors: allowance, moves: [{ legs, quantity: 3 }] };
      const short = shortageOf(await bench.commit(draft));
      assert.deepEqual([short.account, short.available], ['!two!!bob/used', 2]);
      assert.equal(await bench.balance('a/held'), 0);
      const entry = await bench.accept({ floors: allowance, moves: [{ legs, quantity: 2 }] });
      assert.deepEqual(entry.granted, [2]);
      assert.equal(entry.moves.length, 2);
      assert.equal(await bench.balance('!two!!bob/granted'), 2);
    },
    'a batch: each is decided on its own, after the ones before it': async (bench) => {
      await bench.fill('a/available', 5);
      const taking = { moves: [held('a', 3)] };
      const [one, two, three] = await bench.batch(taking, taking, { moves: [held('a', 2)] });
      assert.deepEqual([one?.ok, two?.ok, three?.ok], [true, false, true]);
      assert.equal(await bench.balance('a/held'), 5);
    },
    'a refused transaction leaves nothing for the next in its batch': async (bench) => {
      await bench.fill('a/available', 1);
      const refused = {
        floors: [{ account: 'd/available', floor: -1 }],
        moves: [held('a', 1), move('a/held', 'c/available', 1), held('b', 1)],
      };
      const [first, floor, brought, rest] = await bench.batch(
        refused,
        { moves: [held('d', 1)] },
        { moves: [held('c', 1)] },
        { moves: [held('a', 1)] },
      );
      assert.deepEqual([first?.ok, floor?.ok, brought?.ok, rest?.ok], [false, false, false, true]);
      assert.equal(shortageOf(brought).inflow, 0);
      assert.deepEqual(await bench.owner('c'), undefined);
    },
    'a balance reaches 2^53 - 1 and no further': async (bench) => {
      await bench.fill('a/available', Number.MAX_SAFE_INTEGER);
      assert.deepEqual(await bench.refuse({ moves: [move('a/supply', 'a/sold', 1)] }), {
        code: 'insufficient',
        move: 0,
        account: 'a/supply',
        available: 0,
        inflow: 1,
        due: [],
        tentative: false,
      });
      const more = {
        floors: [{ account: 'b/supply', floor: SUPPLY_FLOOR }],
        moves: [move('b/supply', 'a/available', 1)],
      };
      assert.deepEqual(await bench.refuse(more), { code: 'balance-range', account: 'a/available' });
      assert.equal(await bench.balance('a/available'), Number.MAX_SAFE_INTEGER);
    },
    'inflow counts how often units came in': async (bench) => {
      await bench.fill('a/available', 2);
      await bench.fill('a/available', 1);
      await bench.accept({ moves: [held('a', 3)] });
      const short = shortageOf(await bench.commit({ moves: [held('a', 1)] }));
      assert.equal(short.inflow, 2);
      const accounts = (await bench.owner('a'))?.accounts;
      assert.deepEqual([accounts?.available?.inflow, accounts?.held?.inflow], [2, 1]);
    },
    'a refusal tells the inflow as before the transaction': async (bench) => {
      await bench.fill('a/available', 2);
      const refused = await bench.commit({
        floors: [{ account: 'a/held', floor: -1 }],
        moves: [held('a', 1), move('a/held', 'a/available', 1), held('a', 5)],
      });
      assert.equal(shortageOf(refused).inflow, 1);
    },
    'an empty transaction is accepted and stands in the journal': async (bench) => {
      const entry = await bench.accept({});
      assert.deepEqual([entry.moves, entry.granted, entry.seqs], [[], [], []]);
      assert.deepEqual(await bench.journal(), [{ position: 1, ...entry }]);
    },
  },
};

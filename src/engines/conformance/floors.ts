// How low an account may go, and how it comes to be.

import assert from 'node:assert/strict';
import type { Behaviour } from './behaviour.ts';
import { type Bench, move } from './bench.ts';
import { shortageOf } from './outcomes.ts';

/** What `bob` has left under a limit whose floor is stated with every purchase. */
const buy = (quantity: number, floor: number) => ({
  floors: [{ account: '!two!!bob/used', floor }],
  moves: [move('!two!!bob/used', '!two!!bob/granted', quantity)],
});

async function floorOf(bench: Bench, owner: string, name: string): Promise<number | undefined> {
  return (await bench.owner(owner))?.accounts[name]?.floor;
}

export const floors: Behaviour = {
  title: 'floors',
  cases: {
    'an account that nobody named has floor 0': async (bench) => {
      const short = shortageOf(await bench.commit({ moves: [move('a/available', 'a/held', 1)] }));
      assert.equal(short.available, 0);
      await bench.fill('a/available', 1);
      assert.equal(await floorOf(bench, 'a', 'available'), 0);
    },
    'an account comes to be on first touch, with the floor that is stated': async (bench) => {
      await bench.accept(buy(2, -3));
      const short = shortageOf(await bench.commit(buy(2, -3)));
      assert.deepEqual([short.account, short.available], ['!two!!bob/used', 1]);
      await bench.accept(buy(1, -3));
      assert.equal((await bench.owner('!two!!bob'))?.accounts.granted?.balance, 3);
    },
    'a floor may be stated without a move': async (bench) => {
      await bench.accept({ floors: [{ account: 'a/available', floor: -2 }] });
      assert.equal(await floorOf(bench, 'a', 'available'), -2);
      await bench.accept({ moves: [move('a/available', 'a/held', 2)] });
      assert.equal(await bench.balance('a/available'), -2);
    },
    'a floor stays until another is stated': async (bench) => {
      await bench.accept(buy(1, -3));
      await bench.accept({ moves: [move('!two!!bob/used', '!two!!bob/granted', 2)] });
      await bench.refuse({ moves: [move('!two!!bob/used', '!two!!bob/granted', 1)] });
    },
    'a floor above the balance: the account stays where it is and gives nothing': async (bench) => {
      await bench.accept(buy(3, -3));
      const short = shortageOf(await bench.commit(buy(1, -1)));
      assert.equal(short.available, 0);
      await bench.accept({ floors: [{ account: '!two!!bob/used', floor: -1 }] });
      assert.equal(await floorOf(bench, '!two!!bob', 'used'), -1);
      // One comes back: still below the floor that is stated now, so it cannot be taken again.
      await bench.accept({ moves: [move('!two!!bob/granted', '!two!!bob/used', 1)] });
      assert.equal(shortageOf(await bench.commit(buy(1, -1))).available, 0);
      await bench.accept({ moves: [move('!two!!bob/granted', '!two!!bob/used', 2)] });
      await bench.accept(buy(1, -1));
    },
    'a floor that goes down counts as an inflow': async (bench) => {
      const inflow = async (floor: number) => {
        await bench.accept({ floors: [{ account: 'a/available', floor }] });
        return (await bench.owner('a'))?.accounts.available?.inflow;
      };
      assert.deepEqual([await inflow(-1), await inflow(-1), await inflow(3)], [1, 1, 1]);
    },
    'a floor above zero keeps units back': async (bench) => {
      await bench.fill('a/available', 5);
      await bench.accept({ floors: [{ account: 'a/available', floor: 2 }] });
      const short = shortageOf(await bench.commit({ moves: [move('a/available', 'a/held', 4)] }));
      assert.equal(short.available, 3);
    },
    'floors of a refused transaction are forgotten': async (bench) => {
      await bench.refuse({
        floors: [{ account: 'a/available', floor: -5 }],
        moves: [move('a/available', 'a/held', 6)],
      });
      assert.equal(await bench.owner('a'), undefined);
      await bench.refuse({ moves: [move('a/available', 'a/held', 1)] });
    },
    'floors are set before units move, whatever their order': async (bench) => {
      await bench.accept({
        moves: [move('a/available', 'a/held', 1), move('b/available', 'b/held', 1)],
        floors: [
          { account: 'b/available', floor: -1 },
          { account: 'a/available', floor: -1 },
        ],
      });
    },
  },
};

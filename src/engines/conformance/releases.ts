// Where released units go: the pool's state at the commit of the release decides, not the hold.

import assert from 'node:assert/strict';
import type { Behaviour } from './behaviour.ts';
import { type Bench, closedWith, letGo, move, poolWrite, waitingIn } from './bench.ts';

async function release(bench: Bench): Promise<void> {
  await bench.accept(letGo((await bench.document('r'))!));
}

/** A pool with one unit, which is held, and a home for it. */
async function heldOne(bench: Bench): Promise<void> {
  await bench.pool('home');
  await bench.pool('sale');
  await bench.fill('sale/available', 1);
  await bench.hold('r', 'sale', 1);
}

export const releases: Behaviour = {
  title: 'release destinations',
  cases: {
    'an open pool gets its units back': async (bench) => {
      await heldOne(bench);
      await release(bench);
      assert.equal(await bench.balance('sale/available'), 1);
    },
    'a pool closed after the hold was made sends them home': async (bench) => {
      await heldOne(bench);
      await bench.pool('sale', closedWith('home'));
      await release(bench);
      assert.equal(await bench.balance('home/available'), 1);
      assert.equal(await bench.balance('sale/available'), 0);
    },
    'a closed pool without a home keeps them': async (bench) => {
      await heldOne(bench);
      await bench.pool('sale', { state: 'CLOSED' });
      await release(bench);
      assert.equal(await bench.balance('sale/available'), 1);
    },
    'a pool that was opened again keeps them': async (bench) => {
      await heldOne(bench);
      await bench.pool('sale', closedWith('home'));
      await bench.pool('sale');
      await release(bench);
      assert.equal(await bench.balance('sale/available'), 1);
    },
    'while someone waits in line they are offered': async (bench) => {
      await heldOne(bench);
      await bench.pool('sale', waitingIn('sale'));
      await release(bench);
      assert.equal(await bench.balance('sale/offered'), 1);
    },
    'sent home, where someone waits in line: offered there': async (bench) => {
      await heldOne(bench);
      await bench.pool('home', waitingIn('home'));
      await bench.pool('sale', closedWith('home'));
      await release(bench);
      assert.equal(await bench.balance('home/offered'), 1);
    },
    'two pools that send to each other do not hang': async (bench) => {
      await heldOne(bench);
      await bench.pool('home', closedWith('sale'));
      await bench.pool('sale', closedWith('home'));
      await release(bench);
      assert.equal(await bench.balance('sale/available'), 1);
    },
    'an owner without a document gets them back': async (bench) => {
      await bench.fill('loose/available', 1);
      await bench.hold('r', 'loose', 1);
      await release(bench);
      assert.equal(await bench.balance('loose/available'), 1);
    },
    'the journal keeps the account that was found': async (bench) => {
      await heldOne(bench);
      await bench.pool('sale', closedWith('home'));
      await release(bench);
      const entry = (await bench.journal()).at(-1)!;
      assert.deepEqual(entry.moves, [{ from: 'sale/held', to: 'home/available', quantity: 1 }]);
      assert.deepEqual(entry.seqs.map(([owner]) => owner).sort(), ['home', 'sale']);
    },
    'a pool closed earlier in the batch counts as closed': async (bench) => {
      await heldOne(bench);
      const closing = { writes: [poolWrite('sale', closedWith('home'))] };
      await bench.batch(closing, letGo((await bench.document('r'))!));
      assert.equal(await bench.balance('home/available'), 1);
    },
    'a claim may name its account outright': async (bench) => {
      await bench.pool('sale', waitingIn('sale'));
      await bench.fill('sale/available', 1);
      await bench.hold('r', 'sale', 1, { undo: 'sale/safety' });
      await release(bench);
      assert.equal(await bench.balance('sale/safety'), 1);
    },
    'a move may release without a claim': async (bench) => {
      await heldOne(bench);
      await bench.accept({ moves: [move('sale/held', { release: 'sale' }, 1)] });
      assert.equal(await bench.balance('sale/available'), 1);
    },
  },
};

// A refusal names the documents whose time is over and whose undo would bring units: only without
// any such is "not enough" the last word.

import assert from 'node:assert/strict';
import type { Behaviour } from './behaviour.ts';
import {
  type Bench,
  closedWith,
  holding,
  letGo,
  move,
  note,
  poolWrite,
  waitingIn,
} from './bench.ts';
import { shortageOf } from './outcomes.ts';

const one = (pool: string) => ({ moves: [move(`${pool}/available`, `${pool}/sold`, 1)] });

async function dueFor(bench: Bench, pool: string): Promise<string[]> {
  return shortageOf(await bench.commit(one(pool))).due;
}

/** `count` units, each held by a document of its own, due one ms after the other. */
async function crowd(bench: Bench, count: number): Promise<string[]> {
  await bench.fill('a/available', count);
  const ids = Array.from({ length: count }, (_, index) => `r${String(index).padStart(4, '0')}`);
  const holds = ids.map((id, index) => holding(id, 'a', 1, { forMs: 1_000 + index }));
  await bench.batch(...holds);
  bench.time.passMs(1_000 + count);
  return ids;
}

async function undoing(bench: Bench, ids: readonly string[]) {
  return (await bench.engine.documents(ids)).map((document) => letGo(document!));
}

export const dueClaims: Behaviour = {
  title: 'due claims',
  cases: {
    'a refusal names what is due, from its deadline on': async (bench) => {
      await bench.fill('a/available', 1);
      await bench.hold('r', 'a', 1, { forMs: 1_000 });
      bench.time.passMs(999);
      assert.deepEqual(await dueFor(bench, 'a'), []);
      bench.time.passMs(1);
      assert.deepEqual(await dueFor(bench, 'a'), ['r']);
    },
    'the earliest first, at most 64': async (bench) => {
      const ids = await crowd(bench, 70);
      assert.deepEqual(await dueFor(bench, 'a'), ids.slice(0, 64));
    },
    'what was settled earlier in the batch is not named': async (bench) => {
      const ids = await crowd(bench, 3);
      const [first] = await undoing(bench, ids.slice(0, 1));
      const asking = { moves: [move('a/available', 'a/sold', 2)] };
      const [, refused] = await bench.batch(first!, asking);
      assert.deepEqual(shortageOf(refused).due, ids.slice(1));
    },
    'settling 64 in the batch does not hide the others': async (bench) => {
      const ids = await crowd(bench, 70);
      const settled = await undoing(bench, ids.slice(0, 64));
      const asking = { moves: [move('a/available', 'a/sold', 70)] };
      const outcomes = await bench.batch(...settled, asking);
      assert.deepEqual(shortageOf(outcomes.at(-1)).due, ids.slice(64));
    },
    'what is settled is not named again': async (bench) => {
      const ids = await crowd(bench, 2);
      await bench.batch(...(await undoing(bench, ids)));
      const asking = { moves: [move('a/available', 'a/sold', 3)] };
      assert.deepEqual(shortageOf(await bench.commit(asking)).due, []);
    },
    'what has got more time is not named': async (bench) => {
      await crowd(bench, 1);
      const { id, kind, state, data, claims } = (await bench.document('r0000'))!;
      const write = { id, kind, state, data, claims, deadline: { afterMs: 5_000 } };
      await bench.accept({ writes: [write] });
      assert.deepEqual(await dueFor(bench, 'a'), []);
      bench.time.passMs(5_000);
      assert.deepEqual(await dueFor(bench, 'a'), ['r0000']);
    },
    'what a change has let go of is not named for it': async (bench) => {
      await bench.fill('a/available', 1);
      await bench.fill('b/available', 1);
      await bench.hold('r', 'a', 1, { forMs: 1_000 });
      const { id, kind, state, data } = (await bench.document('r'))!;
      const claims = [{ account: 'b/held', undo: { release: 'b' }, quantity: 1 }];
      await bench.accept({
        moves: [move('a/held', 'a/available', 1), move('b/available', 'b/held', 1)],
        writes: [{ id, kind, state, data, claims, deadline: { keep: true } }],
      });
      await bench.accept(one('a'));
      bench.time.passMs(1_000);
      assert.deepEqual(await dueFor(bench, 'a'), []);
      assert.deepEqual(await dueFor(bench, 'b'), ['r']);
    },
    'a change that keeps the deadline keeps it named, once': async (bench) => {
      await bench.fill('a/available', 1);
      await bench.hold('r', 'a', 1, { forMs: 1_000 });
      const { id, kind, state, data, claims } = (await bench.document('r'))!;
      for (let round = 0; round < 3; round += 1) {
        await bench.accept({
          writes: [{ id, kind, state, data, claims, deadline: { keep: true } }],
        });
      }
      bench.time.passMs(1_000);
      assert.deepEqual(await dueFor(bench, 'a'), ['r']);
    },
    'a claim of nothing is not named': async (bench) => {
      const claims = [{ account: 'a/held', undo: { release: 'a' }, quantity: 0 }];
      await bench.accept({ writes: [note('n', { claims, deadline: { afterMs: 1 } })] });
      bench.time.passMs(1);
      assert.deepEqual(await dueFor(bench, 'a'), []);
    },
    'other pools are not named': async (bench) => {
      await crowd(bench, 1);
      assert.deepEqual(await dueFor(bench, 'b'), []);
    },
    'a limit names what would give an allowance back': async (bench) => {
      const account = '!two!!bob/used';
      const taking = {
        floors: [{ account, floor: -1 }],
        moves: [move(account, '!two!!bob/granted', 1)],
      };
      const claims = [{ move: 0, leg: 0, undo: account }];
      const write = note('w', { claims, deadline: { afterMs: 1_000 } });
      await bench.accept({ ...taking, writes: [write] });
      bench.time.passMs(1_000);
      assert.deepEqual(shortageOf(await bench.commit(taking)).due, ['w']);
    },
    'what a document frees beyond its claims names it': async (bench) => {
      const write = note('r', { frees: ['a/available'], deadline: { afterMs: 1_000 } });
      await bench.accept({ writes: [write] });
      assert.deepEqual(await dueFor(bench, 'a'), []);
      bench.time.passMs(1_000);
      assert.deepEqual(await dueFor(bench, 'a'), ['r']);
      assert.deepEqual((await bench.document('r'))?.frees, ['a/available']);
    },
    'frees: beside a claim on the same account it is named once': async (bench) => {
      await bench.fill('a/available', 1);
      const hold = holding('r', 'a', 1, { forMs: 1_000 });
      const writes = hold.writes!.map((write) => ({ ...write, frees: ['a/available'] }));
      await bench.accept({ ...hold, writes });
      bench.time.passMs(1_000);
      assert.deepEqual(await dueFor(bench, 'a'), ['r']);
    },
    'frees: the next version says it anew': async (bench) => {
      const timed = { deadline: { afterMs: 1_000 } };
      await bench.accept({ writes: [note('r', { ...timed, frees: ['a/available'] })] });
      await bench.accept({ writes: [note('r', { ...timed, frees: ['b/available'] })] });
      await bench.accept({ writes: [note('s', { ...timed, frees: ['c/available'] })] });
      await bench.accept({ writes: [note('s', { final: true })] });
      bench.time.passMs(1_000);
      assert.deepEqual(await dueFor(bench, 'b'), ['r']);
      assert.deepEqual(await dueFor(bench, 'c'), []);
    },
    'frees: one settled earlier in the batch is not named': async (bench) => {
      const write = note('r', { frees: ['a/available'], deadline: { afterMs: 1_000 } });
      await bench.accept({ writes: [write] });
      bench.time.passMs(1_000);
      const [, refused] = await bench.batch({ writes: [note('r', { final: true })] }, one('a'));
      assert.deepEqual(shortageOf(refused).due, []);
    },
    'a cart changed many times is named once, wherever it holds units now': async (bench) => {
      await bench.fill('a/available', 1);
      await bench.hold('r', 'a', 1, { forMs: 1_000 });
      const { id, kind, state, data } = (await bench.document('r'))!;
      for (let round = 0; round < 300; round += 1) {
        const pool = round % 2 === 0 ? 'b' : 'a';
        const claims = [{ account: `${pool}/held`, undo: { release: pool }, quantity: 1 }];
        const write = { id, kind, state, data, claims, deadline: { keep: true as const } };
        await bench.batch({ writes: [write] }, { writes: [write] });
      }
      bench.time.passMs(1_000);
      assert.deepEqual(await dueFor(bench, 'a'), ['r']);
      const due = await bench.engine.due(10);
      assert.deepEqual(
        due.map((document) => document.id),
        ['r'],
      );
    },
    'a claim that names its account is found under it': async (bench) => {
      await bench.fill('a/available', 2);
      await bench.hold('s', 'a', 1, { forMs: 1_000, undo: 'a/safety' });
      await bench.hold('o', 'a', 1, { forMs: 1_000, undo: 'a/offered' });
      bench.time.passMs(1_000);
      const safety = await bench.commit({ moves: [move('a/safety', 'a/held', 1)] });
      assert.deepEqual(shortageOf(safety).due, ['s']);
      const offered = await bench.commit({ moves: [move('a/offered', 'a/held', 1)] });
      assert.deepEqual(shortageOf(offered).due, ['o']);
    },
    'a home pool sees what its closed pool will send it': async (bench) => {
      await bench.pool('sale');
      await bench.fill('sale/available', 1);
      await bench.hold('r', 'sale', 1, { forMs: 1_000 });
      await bench.pool('sale', closedWith('home'));
      bench.time.passMs(1_000);
      assert.deepEqual(await dueFor(bench, 'home'), ['r']);
      await bench.pool('sale', closedWith('other'));
      assert.deepEqual(await dueFor(bench, 'home'), []);
    },
    'a pool closed earlier in the batch is seen from its home': async (bench) => {
      await bench.fill('sale/available', 1);
      await bench.hold('r', 'sale', 1, { forMs: 1_000 });
      bench.time.passMs(1_000);
      const closing = { writes: [poolWrite('sale', closedWith('home'))] };
      const [, refused] = await bench.batch(closing, one('home'));
      assert.deepEqual(shortageOf(refused).due, ['r']);
    },
    'offered units: a waiting line sees what will be offered to it': async (bench) => {
      await bench.pool('a', waitingIn('a'));
      await bench.fill('a/available', 1);
      await bench.hold('r', 'a', 1, { forMs: 1_000 });
      bench.time.passMs(1_000);
      const asking = { moves: [move('a/offered', 'a/held', 1)] };
      assert.deepEqual(shortageOf(await bench.commit(asking)).due, ['r']);
    },
  },
};

// What is kept of an accepted transaction, in order, for those who read later and those who follow.

import assert from 'node:assert/strict';
import type { Entry } from '../contract.ts';
import type { FollowerNeeds } from '../followers.ts';
import type { Behaviour } from './behaviour.ts';
import { type Bench, move, note } from './bench.ts';
import { START_MS } from './manual-time.ts';

const positions = (entries: readonly Entry[]) => entries.map(({ position }) => position);

/** Follows from now on. */
function listen(bench: Bench) {
  const heard: Entry[] = [];
  const stop = bench.engine.follow((entries) => heard.push(...entries));
  return { heard, stop, hears: (all: number[]) => bench.becomes(() => positions(heard), all) };
}

export const journal: Behaviour = {
  title: 'journal',
  cases: {
    'an entry holds all that replay needs': async (bench) => {
      const request = { principal: 'shop', key: 'k 🎫', hash: '9' };
      const floors = [{ account: 'a/supply', floor: -10 }];
      const moves = [move('a/supply', 'a/available', 4)];
      const events = [
        { type: 'stock.received', subject: 'a', data: { reference: 'PO 1' } },
        { type: 'noted', subject: 'n' },
      ];
      const writes = [note('n', { deadline: { afterMs: 5 } })];
      const entry = await bench.accept({ request, floors, moves, events, writes });
      assert.deepEqual(entry, {
        atMs: START_MS,
        request,
        granted: [4],
        moves: [{ from: 'a/supply', to: 'a/available', quantity: 4 }],
        floors,
        documents: [
          {
            id: 'n',
            kind: 'note',
            version: 1,
            state: 'NEW',
            createdAtMs: START_MS,
            updatedAtMs: START_MS,
            deadlineMs: START_MS + 5,
            claims: [],
            data: {},
          },
        ],
        seqs: [['a', 1]],
        events,
      });
      assert.deepEqual(await bench.journal(), [{ position: 1, ...entry }]);
    },
    'what is absent is left out': async (bench) => {
      const entry = await bench.accept({});
      assert.deepEqual(Object.keys(entry).sort(), [
        'atMs',
        'documents',
        'events',
        'granted',
        'moves',
        'seqs',
      ]);
      assert.deepEqual(await bench.journal(), [{ position: 1, ...entry }]);
    },
    'pages: after a position, at most so many, shorter at the end': async (bench) => {
      await bench.batch({}, {}, {}, {}, {});
      await bench.journal();
      const read = async (after: number, limit: number) =>
        positions(await bench.engine.entries({ after, limit }));
      assert.deepEqual(await read(0, 2), [1, 2]);
      assert.deepEqual(await read(2, 2), [3, 4]);
      assert.deepEqual(await read(4, 2), [5]);
      assert.deepEqual(await read(5, 2), []);
      assert.deepEqual(await read(99, 2), []);
    },
    'a follower hears every accepted entry, in order, and no refusal': async (bench) => {
      const all = listen(bench);
      await bench.accept({});
      await all.hears([1]);
      const { heard, stop, hears } = listen(bench);
      await bench.batch({}, { moves: [move('a/available', 'a/held', 1)] }, { writes: [note('n')] });
      await bench.accept({});
      await hears([2, 3, 4]);
      assert.deepEqual(heard, (await bench.journal()).slice(1));
      stop();
      await bench.accept({});
      await all.hears([1, 2, 3, 4, 5]);
      assert.equal(heard.length, 3);
    },
    'two followers hear the same; one that stops does not stop the other': async (bench) => {
      const [one, other] = [listen(bench), listen(bench)];
      await bench.accept({});
      await one.hears([1]);
      await other.hears([1]);
      one.stop();
      await bench.accept({});
      await other.hears([1, 2]);
      await one.hears([1]);
    },
    'one who needs named documents hears of those, and all from when all are needed': async (
      bench,
    ) => {
      const heard: Entry[] = [];
      let needs: FollowerNeeds = 'named';
      const isNamed = ({ documents }: Entry) => documents.some(({ id }) => id.startsWith('note:'));
      bench.engine.follow(
        (entries) => heard.push(...entries),
        () => needs,
      );
      await bench.accept({ writes: [note('n')] });
      await bench.accept({ writes: [note('note:one')] });
      await bench.accept({ writes: [note('o')] });
      await bench.becomes(() => positions(heard.filter(isNamed)), [2]);
      await bench.becomes(() => bench.engine.health().position, 3);
      needs = 'all';
      await bench.batch({ writes: [note('p')] }, {});
      await bench.becomes(() => positions(heard.filter(({ position }) => position > 3)), [4, 5]);
      assert.deepEqual(
        positions(heard),
        positions(heard).toSorted((a, b) => a - b),
      );
      const journal = await bench.journal();
      for (const entry of heard) assert.deepEqual(entry, journal[entry.position - 1]);
    },
    'a batch of refusals is not announced': async (bench) => {
      let calls = 0;
      bench.engine.follow(() => {
        calls += 1;
      });
      const all = listen(bench);
      await bench.refuse({ moves: [move('a/available', 'a/held', 1)] });
      await bench.accept({});
      await all.hears([1]);
      assert.equal(calls, 1);
    },
    'replaying the entries gives the balances': async (bench) => {
      await bench.fill('a/available', 9);
      await bench.batch(
        { moves: [move('a/available', 'a/held', 4)] },
        { moves: [move('a/held', 'a/sold', 3), move('a/available', 'b/available', 2)] },
      );
      const sums = new Map<string, number>();
      for (const { moves } of await bench.journal()) {
        for (const { from, to, quantity } of moves) {
          sums.set(from, (sums.get(from) ?? 0) - quantity);
          sums.set(to, (sums.get(to) ?? 0) + quantity);
        }
      }
      for (const [account, sum] of sums) assert.equal(await bench.balance(account), sum, account);
    },
    'health tells the last position': async (bench) => {
      await bench.batch({}, {});
      await bench.becomes(() => bench.engine.health().position, 2);
      assert.equal(bench.engine.health().ok, true);
    },
  },
};

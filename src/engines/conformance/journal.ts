// What is kept of an accepted transaction, in order, for those who read later and those who follow.

import assert from 'node:assert/strict';
import type { Entry } from '../contract.ts';
import type { Behaviour } from './behaviour.ts';
import { move, note } from './bench.ts';
import { START_MS } from './manual-time.ts';

const positions = (entries: readonly Entry[]) => entries.map(({ position }) => position);

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
        position: 1,
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
      assert.deepEqual(await bench.journal(), [entry]);
    },
    'what is absent is left out': async (bench) => {
      const [entry] = [await bench.accept({})];
      assert.deepEqual(Object.keys(entry).sort(), [
        'atMs',
        'documents',
        'events',
        'granted',
        'moves',
        'position',
        'seqs',
      ]);
      assert.deepEqual(await bench.journal(), [entry]);
    },
    'pages: after a position, at most so many, shorter at the end': async (bench) => {
      await bench.batch({}, {}, {}, {}, {});
      const read = async (after: number, limit: number) =>
        positions(await bench.engine.entries({ after, limit }));
      assert.deepEqual(await read(0, 2), [1, 2]);
      assert.deepEqual(await read(2, 2), [3, 4]);
      assert.deepEqual(await read(4, 2), [5]);
      assert.deepEqual(await read(5, 2), []);
      assert.deepEqual(await read(99, 2), []);
    },
    'a follower hears every accepted entry, in order, and no refusal': async (bench) => {
      await bench.accept({});
      const heard: Entry[] = [];
      const stop = bench.engine.follow((entries) => heard.push(...entries));
      await bench.batch({}, { moves: [move('a/available', 'a/held', 1)] }, { writes: [note('n')] });
      await bench.accept({});
      assert.deepEqual(positions(heard), [2, 3, 4]);
      assert.deepEqual(heard, (await bench.journal()).slice(1));
      stop();
      await bench.accept({});
      assert.equal(heard.length, 3);
    },
    'two followers hear the same; one that stops does not stop the other': async (bench) => {
      const heard: [number[], number[]] = [[], []];
      const stop = bench.engine.follow((entries) => heard[0].push(...positions(entries)));
      bench.engine.follow((entries) => heard[1].push(...positions(entries)));
      await bench.accept({});
      stop();
      await bench.accept({});
      assert.deepEqual(heard, [[1], [1, 2]]);
    },
    'a batch of refusals is not announced': async (bench) => {
      let calls = 0;
      bench.engine.follow(() => {
        calls += 1;
      });
      await bench.refuse({ moves: [move('a/available', 'a/held', 1)] });
      assert.equal(calls, 0);
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
      const health = bench.engine.health();
      assert.deepEqual([health.ok, health.position], [true, 2]);
    },
  },
};

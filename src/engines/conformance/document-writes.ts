// Documents are written whole, each time as the next version, with the transaction or not at all.

import assert from 'node:assert/strict';
import type { Behaviour } from './behaviour.ts';
import { closedWith, move, note } from './bench.ts';
import { START_MS } from './manual-time.ts';

export const documentWrites: Behaviour = {
  title: 'document writes',
  cases: {
    'the first version': async (bench) => {
      const data = { text: 'grüße 🌱', list: [1, null, true, { deep: 'x' }] };
      const entry = await bench.accept({ writes: [note('n', { data })] });
      const expected = {
        id: 'n',
        kind: 'note',
        version: 1,
        state: 'NEW',
        createdAtMs: START_MS,
        updatedAtMs: START_MS,
        claims: [],
        data,
      };
      assert.deepEqual(entry.documents, [expected]);
      assert.deepEqual(await bench.document('n'), expected);
    },
    'the next version replaces everything but its creation': async (bench) => {
      const claims = [{ account: 'a/held', undo: 'a/available', quantity: 1 }];
      const found = { buyer: 'ann', reference: 'o-1', owners: ['a'], releaseTo: 'a/offered' };
      const first = note('n', { data: { a: 1 }, deadline: { afterMs: 9 }, claims, ...found });
      await bench.accept({ writes: [first] });
      bench.time.passMs(5);
      await bench.accept({ writes: [note('n', { state: 'DONE', data: { b: 2 } })] });
      assert.deepEqual(await bench.document('n'), {
        id: 'n',
        kind: 'note',
        version: 2,
        state: 'DONE',
        createdAtMs: START_MS,
        updatedAtMs: START_MS + 5,
        claims: [],
        data: { b: 2 },
      });
    },
    'what it is found by stands beside its data': async (bench) => {
      const found = { buyer: 'ann', reference: 'o-1', owners: ['a', 'b'] };
      const { documents } = await bench.accept({ writes: [note('n', found)] });
      const { buyer, reference, owners } = documents[0]!;
      assert.deepEqual({ buyer, reference, owners }, found);
    },
    'claims by move and leg get account and quantity at the commit': async (bench) => {
      await bench.pool('sale', closedWith('home'));
      await bench.fill('sale/available', 2);
      await bench.fill('sale/held', 3);
      const legs = [
        { from: 'sale/available', to: 'sale/safety' },
        { from: 'sale/held', to: { release: 'sale' } },
      ];
      const claims = [
        { move: 0, leg: 1, undo: { release: 'sale' } },
        { account: 'x/held', undo: 'x/available', quantity: 0 },
        { move: 0, leg: 0, undo: 'sale/available' },
      ];
      const draft = { moves: [{ legs, quantity: 2 }], writes: [note('n', { claims })] };
      assert.deepEqual((await bench.accept(draft)).documents[0]?.claims, [
        { account: 'home/available', undo: { release: 'sale' }, quantity: 2 },
        { account: 'x/held', undo: 'x/available', quantity: 0 },
        { account: 'sale/safety', undo: 'sale/available', quantity: 2 },
      ]);
    },
    'final and tentative are marked, and only where they are': async (bench) => {
      const writes = [note('f', { final: true }), note('t', { tentative: true }), note('n')];
      const { documents } = await bench.accept({ writes });
      assert.deepEqual(
        documents.map((document) => [document.final, document.tentative]),
        [
          [true, undefined],
          [undefined, true],
          [undefined, undefined],
        ],
      );
      assert.ok(!('final' in documents[2]!) && !('tentative' in documents[2]!));
    },
    'a final document is still found': async (bench) => {
      await bench.accept({ writes: [note('f', { final: true })] });
      assert.equal((await bench.document('f'))?.final, true);
    },
    'several documents in one transaction': async (bench) => {
      await bench.accept({ writes: [note('a'), note('b')] });
      const found = await bench.engine.documents(['b', 'none', 'a']);
      assert.deepEqual(
        found.map((document) => document?.id),
        ['b', undefined, 'a'],
      );
    },
    'a refused transaction writes nothing': async (bench) => {
      const outcome = await bench.commit({
        moves: [move('a/available', 'a/held', 1)],
        writes: [note('n')],
      });
      assert.equal(outcome.ok, false);
      assert.equal(await bench.document('n'), undefined);
    },
  },
};

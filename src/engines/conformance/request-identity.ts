// A request takes effect once: its repeat gets the first answer, whatever has become of the stock.

import assert from 'node:assert/strict';
import type { Behaviour } from './behaviour.ts';
import { move, note } from './bench.ts';
import { entryOf, refusalOf } from './outcomes.ts';

const request = { principal: 'shop', key: 'order-7', hash: '7f' };
const take = { moves: [move('tea/available', 'tea/held', 5)] };

export const requestIdentity: Behaviour = {
  title: 'request identity',
  cases: {
    'a repeat gets the first answer, though the stock is gone': async (bench) => {
      await bench.fill('tea/available', 5);
      const first = await bench.accept({ ...take, request });
      const again = await bench.commit({ ...take, request });
      assert.ok(again.ok);
      assert.equal(again.repeated, true);
      assert.deepEqual(again.entry, first);
      assert.equal(await bench.balance('tea/held'), 5);
    },
    'a repeat is looked up before guards': async (bench) => {
      await bench.accept({ request, writes: [note('n')] });
      const guards = [{ document: 'n', absent: true }];
      const again = await bench.commit({ request, guards, writes: [note('n')] });
      assert.ok(again.ok);
      assert.equal(again.repeated, true);
      assert.equal((await bench.document('n'))?.version, 1);
    },
    'another command under the key is refused and shows the first': async (bench) => {
      const first = await bench.accept({ request, writes: [note('n')] });
      const refusal = await bench.refuse({ request: { ...request, hash: '8' } });
      assert.equal(refusal.code, 'request-reused');
      assert.ok(refusal.code === 'request-reused');
      assert.deepEqual(refusal.first, first);
    },
    'a repeat inside one batch sees the first of the batch': async (bench) => {
      await bench.fill('tea/available', 5);
      const asked = { ...take, request };
      const other = { ...asked, request: { ...request, hash: '8' } };
      const [first, second, third] = await bench.batch(asked, asked, other);
      assert.ok(first?.ok && second?.ok);
      assert.deepEqual([first.repeated, second.repeated], [false, true]);
      assert.deepEqual(second.entry, first.entry);
      assert.equal(refusalOf(third).code, 'request-reused');
    },
    'keys of two principals do not meet': async (bench) => {
      await bench.accept({ request });
      await bench.accept({ request: { ...request, principal: 'till' } });
      await bench.accept({ request: { ...request, principal: 'shop-order', key: '7' } });
    },
    'a refused request is not remembered and may succeed later': async (bench) => {
      const [short] = await bench.batch({ ...take, request });
      assert.equal(refusalOf(short).code, 'insufficient');
      await bench.fill('tea/available', 5);
      await bench.accept({ ...take, request });
    },
    'hashes are texts, not numbers': async (bench) => {
      await bench.accept({ request: { ...request, hash: '1e3' } });
      assert.equal((await bench.commit({ request: { ...request, hash: '1e3' } })).ok, true);
      await bench.refuse({ request: { ...request, hash: '1000' } });
    },
    'a transaction without an identity is never a repeat': async (bench) => {
      const outcomes = await bench.batch({ writes: [note('a')] }, { writes: [note('a')] });
      assert.deepEqual(
        outcomes.map((outcome) => entryOf(outcome).documents[0]?.version),
        [1, 2],
      );
    },
  },
};

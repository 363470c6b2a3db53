// Pools page by page in the order of their ids, and an owner with all its accounts at one moment.

import assert from 'node:assert/strict';
import type { Behaviour } from './behaviour.ts';
import { move, poolWrite } from './bench.ts';

export const pools: Behaviour = {
  title: 'pools and owners',
  cases: {
    'in the order of their ids, by code unit': async (bench) => {
      const ids = ['b', 'a', 'B', '_x', 'a-1', 'a.1', '10', '9'];
      await bench.accept({ writes: ids.map((id) => poolWrite(id)) });
      await bench.listed(...ids);
      const found = await bench.engine.pools({ limit: 100 });
      assert.deepEqual(
        found.map(({ owner }) => owner),
        [...ids].sort(),
      );
    },
    'page by page, each once': async (bench) => {
      const ids = Array.from({ length: 25 }, (_, index) => `p${String(index).padStart(2, '0')}`);
      await bench.accept({ writes: ids.map((id) => poolWrite(id)) });
      await bench.listed(...ids);
      const seen: string[] = [];
      let after: string | undefined;
      while (true) {
        const page = await bench.engine.pools({ limit: 10, ...(after ? { after } : {}) });
        seen.push(...page.map(({ owner }) => owner));
        after = page.at(-1)?.owner;
        if (page.length < 10) break;
      }
      assert.deepEqual(seen, ids);
    },
    'those whose ids start alike, page by page': async (bench) => {
      const ids = ['a', 'b', 'b.1', 'b.2', 'b.3', 'ba', 'c'];
      await bench.accept({ writes: ids.map((id) => poolWrite(id)) });
      await bench.listed(...ids);
      const found = async (options: { prefix: string; after?: string; limit: number }) =>
        (await bench.engine.pools(options)).map(({ owner }) => owner);
      assert.deepEqual(await found({ prefix: 'b.', limit: 9 }), ['b.1', 'b.2', 'b.3']);
      assert.deepEqual(await found({ prefix: 'b.', limit: 2 }), ['b.1', 'b.2']);
      assert.deepEqual(await found({ prefix: 'b.', after: 'b.2', limit: 2 }), ['b.3']);
      assert.deepEqual(await found({ prefix: 'b', after: 'b', limit: 2 }), ['b.1', 'b.2']);
      assert.deepEqual(await found({ prefix: 'b', after: 'c', limit: 2 }), []);
      assert.deepEqual(await found({ prefix: 'c', after: 'a', limit: 2 }), ['c']);
      assert.deepEqual(await found({ prefix: 'd', limit: 2 }), []);
    },
    'a pool that came later stands in its place': async (bench) => {
      const owners = async () => (await bench.engine.pools({ limit: 9 })).map(({ owner }) => owner);
      await bench.pool('b');
      await bench.becomes(owners, ['b']);
      await bench.pool('a');
      await bench.becomes(owners, ['a', 'b']);
    },
    'owners without a document are not listed': async (bench) => {
      await bench.fill('loose/available', 1);
      await bench.pool('later');
      await bench.listed('later');
      assert.equal((await bench.engine.pools({ limit: 9 })).length, 1);
      assert.equal((await bench.owner('loose'))?.document, undefined);
    },
    'an owner: its number, its document, every account that was touched': async (bench) => {
      await bench.pool('a', { data: { product: 'a', place: 'shop' } });
      await bench.fill('a/available', 5);
      await bench.accept({ moves: [move('a/available', 'a/held', 2)] });
      const owner = (await bench.owner('a'))!;
      assert.deepEqual([owner.owner, owner.seq, owner.document?.data.place], ['a', 3, 'shop']);
      const balances = Object.entries(owner.accounts).map(([name, { balance }]) => [name, balance]);
      assert.deepEqual(Object.fromEntries(balances), { available: 3, held: 2, supply: -5 });
    },
    'several owners at once, in the order asked; none for one never touched': async (bench) => {
      await bench.pool('a');
      await bench.pool('b');
      const found = await bench.engine.owners(['b', 'none', 'a']);
      assert.deepEqual(
        found.map((owner) => owner?.owner),
        ['b', undefined, 'a'],
      );
    },
  },
};

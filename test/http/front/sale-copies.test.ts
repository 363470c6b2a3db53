// A change of a sale while somebody looks at it: whoever comes after the change is shown it, whatever the earlier look
// finds, and those who wait for one look wait for the same.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SaleCopies } from '../../../src/http/front/sale-copies.ts';
import type { Sale, SaleState } from '../../../src/kernel/sale.ts';

function saleIn(state: SaleState, version: number): Sale {
  const items = [{ from: 'tea', pool: 'tea:spring', quantity: 10 }];
  return { sale: 'spring', items, limits: [], state, version, createdAtMs: 0, updatedAtMs: 0 };
}

test('who comes after a change does not share a look from before it', async () => {
  let sale = saleIn('ARMED', 1);
  const looks: PromiseWithResolvers<number[]>[] = [];
  const copies = new SaleCopies({
    known: () => sale,
    nowMs: () => 0,
    available: () => {
      const look = Promise.withResolvers<number[]>();
      looks.push(look);
      return look.promise;
    },
    page: () => 'a page',
  });
  const [first, second] = [copies.of('spring'), copies.of('spring')];
  sale = saleIn('OPEN', 2);
  const third = copies.of('spring');
  assert.equal(looks.length, 2, 'two looks for three');
  looks[1]!.resolve([10]);
  assert.equal(JSON.parse((await third)!.json.text).status, 'OPEN');
  looks[0]!.resolve([0]);
  assert.equal(await first, await second);
  assert.equal(JSON.parse((await first)!.json.text).status, 'ARMED');
  const kept = copies.of('spring');
  assert.equal(kept, await third, 'the late one has not taken its place');
});

test('a look that failed is not kept', async () => {
  let isAway = true;
  const copies = new SaleCopies({
    known: () => saleIn('OPEN', 1),
    nowMs: () => 0,
    available: async () => {
      if (isAway) throw new Error('away');
      return [1];
    },
    page: () => 'a page',
  });
  await assert.rejects(async () => copies.of('spring'), /away/);
  isAway = false;
  const { json } = (await copies.of('spring'))!;
  assert.equal(JSON.parse(json.text).items[0].availability, 'few');
});

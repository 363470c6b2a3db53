// Work that documents ask for when they fall due: given once, again when its turn runs out, and never in
// the way of anybody else.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { Transaction } from '../../src/engines/contract.ts';
import { newId } from '../../src/ids.ts';
import { TURN_MS, turnsOf } from '../../src/kernel/turns.ts';
import { Shop } from '../support/shop.ts';

let shop: Shop;
beforeEach(async () => {
  shop = await (await Shop.open()).fill({ tea: 5 });
});
afterEach(() => shop.stock.close());

function asking(id = newId()): Transaction {
  const write = { id, fresh: true, kind: 'message', state: 'WAITING', data: {} };
  return { writes: [{ ...write, deadline: { afterMs: 1_000 } }], events: [] };
}

test('work is given once for each turn', async () => {
  const given: number[] = [];
  const { turns } = shop.stock.parts;
  turns.on('message', { run: async (document) => void given.push(turnsOf(document)) });
  await shop.commit(asking());
  shop.time.passMs(1_000);
  await shop.stock.sweep();
  await shop.stock.sweep();
  await turns.idle();
  assert.deepEqual(given, [1]);
  shop.time.passMs(TURN_MS);
  await shop.stock.sweep();
  await turns.idle();
  assert.deepEqual(given, [1, 2]);
});

test('work that fails is told, and given again', async () => {
  const told: unknown[] = [];
  const { turns } = shop.stock.parts;
  turns.onError = (error) => told.push(error);
  turns.on('message', { run: () => Promise.reject(new Error('no')) });
  await shop.commit(asking());
  for (let turn = 0; turn < 2; turn += 1) {
    shop.time.passMs(TURN_MS);
    await shop.stock.sweep();
    await turns.idle();
  }
  assert.equal(told.length, 2);
});

test('work that is not done here keeps nothing else from falling due', async () => {
  for (let count = 0; count < 300; count += 1) await shop.commit(asking());
  await shop.hold('tea', 5, 2_000);
  shop.time.passMs(2_000);
  assert.equal(await shop.stock.sweep(), 1);
  assert.deepEqual(await shop.inside('tea'), { available: 5 });
});

test('work that one process cannot do is left to another', async () => {
  const given: string[] = [];
  const { turns } = shop.stock.parts;
  const [mine, other] = [newId(), newId()];
  turns.on('message', {
    takes: ({ id }) => id === mine,
    run: async ({ id }) => void given.push(id),
  });
  await shop.commit(asking(mine));
  await shop.commit(asking(other));
  shop.time.passMs(1_000);
  await shop.stock.sweep();
  await turns.idle();
  assert.deepEqual(given, [mine]);
  const [left] = await shop.engine.documents([other]);
  assert.equal(left!.version, 1);
});

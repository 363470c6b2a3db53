// The benchmark of orders at its smallest: every figure is there, whole, and orders and units agree. And
// what is called agreeing is looked at by itself, on stores where they do and where they do not.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { type OrderCount, ordersAgree } from '../../src/bench/orders/order-conservation.ts';
import { benchOrders, ORDERS_FIGURES } from '../../src/bench/orders/orders.ts';
import { ORDERS_SMALLEST } from '../../src/bench/orders/scale.ts';
import { SqliteEngine } from '../../src/engines/sqlite/sqlite-engine.ts';
import { Stock } from '../../src/stock.ts';
import { openUses, type Uses } from '../../src/uses/open-uses.ts';
import { fastFolder } from '../support/fast-folder.ts';
import { accepted } from '../support/shop.ts';
import { ROOT } from '../support/test-files.ts';
import { assertWhole } from './whole-figure.ts';

const program = join(ROOT, 'bin/holdfast');
const folder = fastFolder('bench-orders');

test('bench orders measures every figure and conserves units', { timeout: 600_000 }, async () => {
  const said: string[] = [];
  const run = { scale: ORDERS_SMALLEST, program, say: (line: string) => said.push(line) };
  const figures = await benchOrders(run);
  assert.deepEqual(
    figures.map(({ name }) => name),
    ORDERS_FIGURES,
  );
  for (const figure of figures) {
    assertWhole(figure);
    assert.ok(figure.accepted > 0 && figure.refused === 0, figure.name);
  }
  assert.equal(figures[1]!.openBefore, ORDERS_SMALLEST.open);
  assert.ok(said.length > 0);
});

test('one figure alone can be asked for', { timeout: 600_000 }, async () => {
  for (const only of ORDERS_FIGURES) {
    const figures = await benchOrders({ scale: ORDERS_SMALLEST, program, only, say: () => {} });
    assert.deepEqual(
      figures.map(({ name }) => name),
      [only],
    );
  }
});

interface OpenStore {
  stock: Stock;
  orders: Uses['orders'];
}

/** A store of two orders, one of them cancelled, and a plain reservation; then whatever is done to it. */
async function agreed(
  name: string,
  promised: OrderCount,
  then?: (store: OpenStore) => Promise<unknown>,
): Promise<boolean> {
  const path = join(folder, name);
  const stock = await Stock.open(await SqliteEngine.open(path), { sweep: false });
  const uses = await openUses(stock);
  const { orders } = uses;
  await stock.putPool({ pool: 'tea' });
  await stock.receive({ pool: 'tea', quantity: 5 });
  const lines = [{ pool: 'tea', quantity: 1 }];
  accepted(await stock.reserve({ lines }));
  accepted(await orders.checkout({ lines }));
  const { id: order } = accepted(await orders.checkout({ lines }));
  accepted(await orders.cancel({ order }));
  await then?.({ stock, orders });
  await uses.close();
  await stock.close();
  return ordersAgree(path, promised);
}

const TWO = { placed: 2, ended: 1 };

test('orders agree with their units where as many are there as were promised', async () => {
  assert.equal(await agreed('two', TWO), true);
  assert.equal(await agreed('one-more', { ...TWO, placed: 3 }), false);
  assert.equal(await agreed('none-ended', { ...TWO, ended: 0 }), false);
});

test('an order without its units is noticed, and one of more units than it should have', async () => {
  const [id, lines] = ['0197c000-0000-7000-8000-000000000001', [{ pool: 'tea', quantity: 2 }]];
  const alone = await agreed('alone', { placed: 3, ended: 1 }, async ({ stock }) => {
    const write = { id, fresh: true, kind: 'order', state: 'RESERVED', data: { reservation: id } };
    const events = [{ type: 'order.reserved', subject: id }];
    const [outcome] = await stock.engine.commit([{ writes: [write], events }]);
    assert.equal((await outcome!).ok, true);
  });
  assert.equal(alone, false);
  const more = { placed: 3, ended: 1 };
  assert.equal(await agreed('more', more, ({ orders }) => orders.checkout({ lines })), false);
});

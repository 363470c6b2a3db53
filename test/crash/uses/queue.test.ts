// `kill -9` of the server between every step of deciding a queue: each order that was taken down is decided
// once, in its turn.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QUEUE_CRASH_POINTS } from '../../../src/engines/crash-point.ts';
import { openUses } from '../../../src/uses/open-uses.ts';
import { verify } from '../../../src/verify/verify.ts';
import { CrashedServer, type Send } from './crashed-server.ts';

const UNITS = 3;
const BUYERS = 8;

for (const point of QUEUE_CRASH_POINTS) {
  test(`the server dies at ${point}`, async () => {
    const orders: string[] = [];
    const crashed = await CrashedServer.at(point, {
      count: 2,
      work: async (send: Send) => {
        await send('PUT', '/v1/pools/tea', {});
        await send('POST', '/v1/pools/tea/receive', { quantity: UNITS });
        await send('PUT', '/v1/order-policies/default', { decides: 'queue' });
        for (let count = 0; count < BUYERS; count += 1) {
          const order = await send('POST', '/v1/orders', { lines: [{ pool: 'tea', quantity: 1 }] });
          assert.equal(order.status, 'PENDING');
          orders.push(String(order.orderId));
        }
      },
    });
    const { stock } = await crashed.open();
    const uses = await openUses(stock);
    await uses.queue.idle();
    const found = await stock.engine.documents(orders);
    assert.deepEqual(
      found.map((document) => document!.state),
      orders.map((_, index) => (index < UNITS ? 'RESERVED' : 'REFUSED')),
    );
    const { problems } = await verify(stock.engine);
    assert.deepEqual(problems, []);
    await uses.close();
    await stock.close();
  });
}

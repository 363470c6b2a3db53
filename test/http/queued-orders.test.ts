// Orders that wait for their turn, as callers see them: 202 and in whose line, what `/readyz` tells, and 503
// while what they wait in is away.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KafkaOrderQueue } from '../../src/kafka/kafka-order-queue.ts';
import { parseRedisQueue } from '../../src/redis-queue/address.ts';
import { RedisOrderQueue } from '../../src/redis-queue/redis-order-queue.ts';
import type { OrderQueue } from '../../src/uses/queue/order-queue.ts';
import { problemOf, ServedShop } from './served-shop.ts';

const lines = [
  { pool: 'tea:shop', quantity: 1 },
  { pool: 'cup', quantity: 1 },
];

async function opened(queue?: OrderQueue): Promise<ServedShop> {
  const shop = await ServedShop.open({ queue });
  await shop.put('/v1/pools/tea:shop', { product: 'tea' });
  await shop.put('/v1/pools/cup', {});
  for (const pool of ['tea:shop', 'cup']) {
    await shop.post(`/v1/pools/${pool}/receive`, { quantity: 5 });
  }
  await shop.put('/v1/order-policies/drop', { decides: 'queue' });
  return shop;
}

test('the reply says in which line an order waits, and a look at it that it waits', async (t) => {
  const shop = await opened();
  t.after(() => shop.close());
  const { status, body } = await shop.post('/v1/orders', { lines, channel: 'drop' });
  assert.equal(status, 202);
  assert.deepEqual([body.status, body.queued, body.turnOf], ['PENDING', true, 'tea']);
  const look = async () => (await shop.get(`/v1/orders/${body.orderId}`)).body;
  let seen = await look();
  while (seen.queued === true) seen = await look();
  assert.deepEqual([seen.status, seen.turnOf], ['RESERVED', undefined]);
  const { queue } = (await shop.get('/readyz')).body;
  assert.deepEqual(queue, { in: 'journal', state: 'deciding', waiting: 0 });
});

/** Nobody listens there. */
const NOBODY = 1;

for (const [name, queueAt] of [
  [
    'kafka',
    (port: number) => new KafkaOrderQueue({ brokers: [`127.0.0.1:${port}`], topic: 'turns' }),
  ],
  ['redis', (port: number) => new RedisOrderQueue(parseRedisQueue(`redis://127.0.0.1:${port}`))],
] as const) {
  test(`${name} is away: 503 and nothing taken down; other channels go on`, async (t) => {
    const shop = await opened(queueAt(NOBODY));
    t.after(() => shop.close());
    const reply = await shop.post('/v1/orders', { lines, channel: 'drop' });
    problemOf(reply, 503, 'unavailable');
    assert.match(reply.headers.get('retry-after') ?? '', /^\d+$/);
    const { body } = await shop.post('/v1/orders', { lines });
    assert.equal(body.status, 'RESERVED');
    const { orders } = (await shop.get('/v1/orders')).body;
    assert.deepEqual(
      orders.map(({ orderId }: { orderId: string }) => orderId),
      [body.orderId],
    );
    const { status, queue } = (await shop.get('/readyz')).body;
    assert.deepEqual([status, queue.state, queue.waiting], ['ready', 'away', 0]);
    assert.match(queue.reason, /ECONNREFUSED/);
  });
}

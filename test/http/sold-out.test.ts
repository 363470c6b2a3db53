// A sale that is sold out, over HTTP and through the client: what its buyers are told, and how they wait.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { HoldfastClient } from '../../src/client/index.ts';
import { ServedShop } from './served-shop.ts';

let shop: ServedShop;
let client: HoldfastClient;
before(async () => {
  shop = await ServedShop.open();
  await shop.fill('kettle', 1_000);
  await shop.fill('pot', 7);
  client = new HoldfastClient({ url: shop.url });
});
after(() => shop.close());

async function opened(sale: string, whenSoldOut: object): Promise<void> {
  const items = [{ from: 'kettle', quantity: 1 }];
  const made = await shop.post('/v1/sales', { sale, items, whenSoldOut });
  assert.deepEqual([made.status, made.body.whenSoldOut], [201, whenSoldOut]);
  for (const verb of ['arm', 'open']) {
    assert.equal((await shop.post(`/v1/sales/${sale}/${verb}`)).status, 200);
  }
}

const buy = (sale: string, buyer: string) =>
  client.sales.checkout({ sale, buyer, lines: [{ pool: 'kettle', quantity: 1 }] });

test('a refusal says in words what else there is', async () => {
  await opened('spring', { do: 'alternatives', pools: ['pot', 'none'] });
  assert.ok((await buy('spring', 'ann')).ok);
  const late = await buy('spring', 'bob');
  assert.ok(!late.ok);
  assert.deepEqual([late.status, late.code], [409, 'insufficient-stock']);
  assert.deepEqual(late.details.alternatives, [{ pool: 'pot', available: 7 }]);
  assert.equal(late.details.advice, 'This is sold out. There are others to be had.');
});

test('a refusal has the address at which one waits, and what is taken there is an order', async () => {
  await opened('summer', { do: 'waiting-list', offerFor: 'PT5M' });
  const first = await buy('summer', 'ann');
  const late = await buy('summer', 'bob');
  assert.ok(first.ok && !late.ok);
  const { waitAt, waitFor } = late.details as { waitAt: string; waitFor: string };
  assert.equal(waitAt, '/v1/pools/kettle%3Asummer/waiters');
  const reply = await shop.post(waitAt, { buyer: 'bob', quantity: 1 });
  assert.deepEqual([reply.status, reply.body.sale], [201, 'summer']);
  const place = { pool: waitFor, waiter: reply.body.id as string };
  assert.ok((await client.orders.cancel({ order: first.value.orderId })).ok);
  let shown = await client.waiting.waiter(place);
  while (shown.ok && shown.value.status === 'WAITING') shown = await client.waiting.waiter(place);
  assert.ok(shown.ok && shown.value.status === 'OFFERED');
  const order = await client.waiting.accept(place);
  assert.ok(order.ok && order.value.sale === 'summer');
});

test('an order says that it was pre-sold, and until when its units are awaited', async () => {
  const arrivesAt = '2099-12-06T00:00:00.000Z';
  assert.equal((await shop.put('/v1/pools/stool', {})).status, 201);
  assert.equal((await shop.post('/v1/pools/stool/receive', { quantity: 1 })).status, 200);
  const whenSoldOut = { do: 'pre-sale' as const, quantityMax: 1, arrivesAt };
  const items = [{ from: 'stool', quantity: 1 }];
  assert.ok((await client.sales.create({ sale: 'winter', items, whenSoldOut })).ok);
  assert.ok((await client.sales.arm({ sale: 'winter' })).ok);
  assert.ok((await client.sales.open({ sale: 'winter' })).ok);
  const lines = [{ pool: 'stool', quantity: 1 }];
  const [own, later, late] = [
    await client.sales.checkout({ sale: 'winter', lines }),
    await client.sales.checkout({ sale: 'winter', lines }),
    await client.sales.checkout({ sale: 'winter', lines }),
  ];
  assert.ok(own.ok && own.value.preSold === undefined);
  assert.ok(later.ok);
  assert.deepEqual([later.value.preSold, later.value.awaitsStock], [{ arrivesAt }, true]);
  assert.ok(!late.ok && late.code === 'insufficient-stock');
  const order = later.value.orderId;
  assert.ok((await client.orders.paid({ order })).ok);
  const packed = await client.orders.pack({ order });
  assert.ok(!packed.ok && packed.code === 'order-awaits-stock');
});

test('a choice has the fields that belong to it, and no others', async () => {
  const items = [{ from: 'kettle', quantity: 1 }];
  const wrong: [object, string][] = [
    [{ do: 'refuse', pools: ['pot'] }, 'whenSoldOut/pools'],
    [{ do: 'waiting-list', pools: ['pot'] }, 'whenSoldOut/pools'],
    [{ do: 'alternatives' }, 'whenSoldOut/pools'],
    [{ do: 'alternatives', pools: [] }, 'whenSoldOut/pools'],
    [{ do: 'alternatives', pools: ['pot', 'pot'] }, 'whenSoldOut/pools'],
    [{ do: 'alternatives', pools: ['kettle:autumn'] }, 'whenSoldOut/pools'],
    [{ do: 'alternatives', pools: ['pot', '/'] }, 'whenSoldOut/pools/1'],
    [{ do: 'alternatives', pools: ['pot'], offerFor: '5m' }, 'whenSoldOut/offerFor'],
    [{ do: 'pre-sale' }, 'whenSoldOut/quantityMax'],
    [{ do: 'pre-sale', quantityMax: 0 }, 'whenSoldOut/quantityMax'],
    [{ do: 'pre-sale', quantityMax: 1, arrivesAt: 'soon' }, 'whenSoldOut/arrivesAt'],
    [{ do: 'refuse', arrivesAt: '2099-12-06T00:00:00Z' }, 'whenSoldOut/arrivesAt'],
    [{ do: 'waiting-list', offerFor: '0s' }, 'whenSoldOut/offerFor'],
    [{ do: 'waiting-list', offerFor: 'soon' }, 'offerFor'],
  ];
  for (const [whenSoldOut, field] of wrong) {
    const reply = await shop.post('/v1/sales', { sale: 'autumn', items, whenSoldOut });
    assert.deepEqual([reply.status, reply.body.field], [400, field], JSON.stringify(reply.body));
  }
  const unknown = await shop.post('/v1/sales', {
    sale: 'autumn',
    items,
    whenSoldOut: { do: 'x' },
  });
  assert.equal(unknown.status, 400);
});

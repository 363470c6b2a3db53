// How often one may try to buy in a sale: who comes too often is turned away before anything is looked at, and
// told when to come again.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ServedShop } from './served-shop.ts';

let shop: ServedShop;
before(async () => {
  shop = await ServedShop.open();
  await shop.fill('kettle', 1_000);
});
after(() => shop.close());

async function opened(sale: string, rates: object): Promise<void> {
  const items = [{ from: 'kettle', quantity: 100 }];
  assert.equal((await shop.post('/v1/sales', { sale, items, ...rates })).status, 201);
  for (const verb of ['arm', 'open']) {
    assert.equal((await shop.post(`/v1/sales/${sale}/${verb}`)).status, 200);
  }
}

const buy = (sale: string, buyer: string) => {
  const lines = [{ pool: 'kettle', quantity: 1 }];
  return shop.post(`/v1/sales/${sale}/checkout`, { buyer, lines });
};

test('a sale admits its burst, then as many as its rate lets in', async () => {
  await opened('spring', { rate: { perSecond: 2, burst: 5 } });
  const replies = await Promise.all(
    Array.from({ length: 8 }, (_, count) => buy('spring', `b${count}`)),
  );
  const statuses = replies.map(({ status }) => status);
  assert.deepEqual(statuses.toSorted(), [202, 202, 202, 202, 202, 429, 429, 429]);
  const late = replies.find(({ status }) => status === 429)!;
  assert.equal(late.body.code, 'rate-limited');
  assert.deepEqual([late.body.rate, late.body.perSecond, late.body.burst], ['sale', 2, 5]);
  assert.equal(late.headers.get('Retry-After'), '1');
  assert.equal(late.headers.get('RateLimit-Policy'), '"sale";q=5;w=3');
  assert.equal(late.headers.get('RateLimit'), '"sale";r=0;t=3');
  shop.time.passMs(1_000);
  const again = await Promise.all(['x', 'y', 'z'].map((buyer) => buy('spring', buyer)));
  assert.deepEqual(again.map(({ status }) => status).toSorted(), [202, 202, 429]);
});

test('a buyer has a rate of its own, and takes nothing from others where that is used up', async () => {
  const buyerRate = { perSecond: 0.1, burst: 1 };
  await opened('summer', { rate: { perSecond: 1, burst: 3 }, buyerRate });
  const first = await buy('summer', 'ann');
  assert.equal(first.status, 202);
  assert.equal(first.headers.get('RateLimit'), '"sale";r=2;t=1, "buyer";r=0;t=10');
  for (let count = 0; count < 5; count += 1) {
    const late = await buy('summer', 'ann');
    assert.deepEqual([late.status, late.body.rate], [429, 'buyer']);
    assert.equal(late.headers.get('Retry-After'), '10');
  }
  assert.equal((await buy('summer', 'bob')).status, 202);
  assert.equal((await buy('summer', 'cyd')).status, 202);
  assert.equal((await buy('summer', 'dan')).body.rate, 'sale');
});

test('a rate that makes no sense is refused', async () => {
  const items = [{ from: 'kettle', quantity: 1 }];
  for (const rate of [{ perSecond: 0, burst: 1 }, { perSecond: 1, burst: 0 }, { burst: 1 }]) {
    const reply = await shop.post('/v1/sales', { sale: 'autumn', items, rate });
    assert.equal(reply.status, 400, JSON.stringify(reply.body));
  }
});

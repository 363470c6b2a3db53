// The gate of a sale over HTTP: a crowd is let in as far as there is stock for it, the rest is turned away at once, and
// nothing is left lying behind it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ServedShop } from './served-shop.ts';

let shop: ServedShop;
before(async () => {
  shop = await ServedShop.open();
  await shop.fill('kettle', 1_000);
});
after(() => shop.close());

async function opened(sale: string, gate: object, quantity = 10): Promise<void> {
  const items = [{ from: 'kettle', quantity }];
  const made = await shop.post('/v1/sales', { sale, items, gate });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  assert.deepEqual(made.body.gate, gate);
  for (const verb of ['arm', 'open']) {
    assert.equal((await shop.post(`/v1/sales/${sale}/${verb}`)).status, 200);
  }
}

const buy = (sale: string, buyer: string) => {
  const lines = [{ pool: 'kettle', quantity: 1 }];
  return shop.post(`/v1/sales/${sale}/checkout`, { buyer, lines });
};

for (const gate of [
  { multiple: 0.5, by: 'arrival' },
  { multiple: 0.5, by: 'lot', drawEvery: 'PT0.01S' },
]) {
  test(`by ${gate.by}: a crowd takes all there is, and no more`, async () => {
    const sale = `by-${gate.by}`;
    await opened(sale, gate);
    const found: Record<string, number> = {};
    let soldOut = false;
    for (let wave = 0; !soldOut && wave < 200; wave += 1) {
      const replies = await Promise.all(
        Array.from({ length: 30 }, (_, count) => buy(sale, `b${wave}-${count}`)),
      );
      for (const { status, body, headers } of replies) {
        const what = status === 202 ? 'sold' : body.code;
        found[what] = (found[what] ?? 0) + 1;
        if (what === 'not-admitted') assert.equal(headers.get('Retry-After'), '1');
        soldOut ||= what === 'insufficient-stock';
      }
    }
    assert.equal(found.sold, 10, JSON.stringify(found));
    // Lots are drawn of many at once; one by one each may find the one before it gone.
    if (gate.by === 'lot') assert.ok(found['not-admitted']! > 0, JSON.stringify(found));
    const { body } = await shop.get(`/v1/sales/${sale}`);
    assert.deepEqual([body.items[0].available, body.items[0].held], [0, 10]);
  });
}

test('a unit that comes back is sold to whoever comes next', async () => {
  await opened('back', { multiple: 1, by: 'arrival' }, 1);
  const first = await buy('back', 'ann');
  assert.equal(first.status, 202);
  assert.equal((await buy('back', 'bob')).body.code, 'insufficient-stock');
  assert.equal((await shop.post(`/v1/orders/${first.body.orderId}/cancel`)).status, 200);
  assert.equal((await buy('back', 'bob')).status, 202);
});

test('whoever is refused behind the gate leaves it', async () => {
  await opened('limits', { multiple: 1, by: 'arrival' }, 1);
  for (let count = 0; count < 10; count += 1) {
    const lines = [{ pool: 'kettle', quantity: 2 }];
    const reply = await shop.post('/v1/sales/limits/checkout', { buyer: 'ann', lines });
    assert.equal(reply.body.code, 'insufficient-stock');
  }
  assert.equal((await buy('limits', 'ann')).status, 202);
});

test('a gate that makes no sense is refused', async () => {
  const items = [{ from: 'kettle', quantity: 1 }];
  for (const gate of [
    { multiple: 0, by: 'lot' },
    { multiple: 2 },
    { multiple: 2, by: 'luck' },
    { multiple: 2, by: 'lot', drawEvery: '1h' },
    { multiple: 2, by: 'arrival', drawEvery: '1s' },
  ]) {
    const reply = await shop.post('/v1/sales', { sale: 'wrong', items, gate });
    assert.equal(reply.status, 400, JSON.stringify(reply.body));
  }
});

test('it counts what a sale may sell by the terms that hold', async () => {
  await opened('changed', { multiple: 1, by: 'arrival' }, 1);
  assert.equal((await buy('changed', 'ann')).status, 202);
  const terms = {
    items: [{ from: 'kettle', quantity: 1 }],
    gate: { multiple: 1, by: 'arrival' },
    whenSoldOut: { do: 'pre-sale', quantityMax: 1_000_000 },
  };
  assert.equal((await shop.put('/v1/sales/changed', terms)).status, 200);
  // By the terms of before one at a time would be let in. They hold until the gate asks again how many are left,
  // however many come until then.
  const crowd = async (wave: number) => {
    const buyers = Array.from({ length: 10 }, (_, index) => buy('changed', `c${wave}-${index}`));
    return (await Promise.all(buyers)).filter(({ status }) => status === 202).length;
  };
  const changedAtMs = performance.now();
  let sold = 0;
  for (let wave = 0; sold < 10 && performance.now() - changedAtMs < 10_000; wave += 1) {
    sold = await crowd(wave);
  }
  assert.equal(sold, 10);
});

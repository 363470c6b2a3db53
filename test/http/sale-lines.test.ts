// The line of a sale that is sold out has the sale's door: who is denied, too fast or has not solved the challenge has
// no place in it, and what is offered counts for the address that the place was asked from.

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { problemOf, type Reply, ServedShop } from './served-shop.ts';

let shop: ServedShop;
afterEach(() => shop.close());

const POOL = 'kettle:spring';
const from = (address: string) => ({ 'x-forwarded-for': address });
const wait = (buyer: string, address = '192.0.2.1'): Promise<Reply> =>
  shop.post(`/v1/pools/${encodeURIComponent(POOL)}/waiters`, { buyer, quantity: 1 }, from(address));
const buy = (buyer: string, address: string, quantity = 1): Promise<Reply> =>
  shop.post(
    '/v1/sales/spring/checkout',
    { buyer, lines: [{ pool: POOL, quantity }] },
    from(address),
  );

async function soldOut(terms: object) {
  shop = await ServedShop.open({ trustProxy: ['127.0.0.1'] });
  await shop.fill('kettle', 10);
  const items = [{ from: 'kettle', quantity: 2 }];
  const draft = { sale: 'spring', items, whenSoldOut: { do: 'waiting-list' }, ...terms };
  assert.equal((await shop.post('/v1/sales', draft)).status, 201);
  for (const verb of ['arm', 'open']) {
    assert.equal((await shop.post(`/v1/sales/spring/${verb}`)).status, 200);
  }
}

test('nobody who is denied gets a place', async () => {
  await soldOut({});
  assert.equal((await buy('ann', '192.0.2.9', 2)).status, 202);
  assert.equal((await shop.put('/v1/deny-list/account/bob', {})).status, 200);
  problemOf(await wait('bob'), 403, 'denied');
  assert.equal((await wait('cyd')).status, 201);
});

test('whoever asks too often has to wait with that too', async () => {
  await soldOut({ buyerRate: { perSecond: 0.001, burst: 1 } });
  assert.equal((await buy('ann', '192.0.2.9', 2)).status, 202);
  assert.equal((await wait('bob')).status, 201);
  problemOf(await wait('bob'), 429, 'rate-limited');
});

test('a challenge stands before it', async () => {
  await soldOut({ challenge: { kind: 'altcha', from: 0, cost: 1 } });
  const asked = problemOf(await wait('bob'), 429, 'challenge-required');
  assert.equal(asked.challenge, '/v1/sales/spring/challenge?buyer=bob');
});

test('what is offered counts for the address that waits', async () => {
  await soldOut({ limits: [{ per: 'address', quantityMax: 1 }] });
  const one = await buy('ann', '192.0.2.1');
  const other = await buy('bob', '192.0.2.2');
  assert.deepEqual([one.status, other.status], [202, 202]);
  const again = await wait('ann-again', '192.0.2.1');
  const cyd = await wait('cyd', '192.0.2.3');
  assert.deepEqual([again.status, cyd.status], [201, 201]);
  assert.equal((await shop.post(`/v1/orders/${other.body.orderId}/cancel`)).status, 200);
  const look = async (place: Reply) => {
    const path = `/v1/pools/${encodeURIComponent(POOL)}/waiters/${place.body.id}`;
    let { body } = await shop.get(path);
    while (body.status === 'WAITING') ({ body } = await shop.get(path));
    return [body.status, body.reason];
  };
  assert.deepEqual(await look(again), ['LEFT', 'limit-exceeded']);
  assert.deepEqual(await look(cyd), ['OFFERED', undefined]);
});

test('what was offered to who is denied since is not taken', async () => {
  await soldOut({});
  const ann = await buy('ann', '192.0.2.9', 2);
  const place = await wait('bob');
  assert.equal((await shop.post(`/v1/orders/${ann.body.orderId}/cancel`)).status, 200);
  const at = `/v1/pools/${encodeURIComponent(POOL)}/waiters/${place.body.id}`;
  let { body } = await shop.get(at);
  while (body.status === 'WAITING') ({ body } = await shop.get(at));
  const { reservation } = body;
  const lines = [{ pool: 'kettle', quantity: 5 }];
  const changed = await shop.post(`/v1/reservations/${reservation}/change`, { lines });
  problemOf(changed, 409, 'belongs-to-offer');
  assert.equal((await shop.put('/v1/deny-list/account/bob', {})).status, 200);
  problemOf(await shop.post(`${at}/accept`), 403, 'denied');
});

test('a name that is none is refused before anybody looks at it', async () => {
  await soldOut({
    challenge: { kind: 'altcha', from: 0, cost: 1 },
    buyerRate: { perSecond: 1, burst: 1 },
  });
  for (const buyer of ['\ud800', 'x'.repeat(10_000), '']) {
    problemOf(await wait(buyer), 400, 'invalid-request');
    problemOf(await buy(buyer, '192.0.2.1'), 400, 'invalid-request');
  }
});

// Passes at the door of a sale: no pass, a forged one, somebody else's, one for another sale, one whose time is over
// and one that was used are turned away; a good one makes one order, whatever happens meanwhile.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { RoomShop } from './room-shop.ts';
import { problemOf } from './served-shop.ts';

let its: RoomShop;
before(async () => {
  its = await RoomShop.open();
  await its.begin('spring', 100, { limits: [{ per: 'buyer', quantityMax: 2 }] });
  await its.begin('autumn', 100);
});
after(() => its.close());

async function passOf(buyer: string, sale = 'spring'): Promise<string> {
  const { state, pass } = (await its.join(sale, buyer)).body;
  assert.equal(state, 'ADMITTED');
  return pass;
}

test('without a pass nobody buys, whether the sale is open or not', async () => {
  const reply = await its.buy('spring', 'ann');
  problemOf(reply, 429, 'not-admitted');
  assert.equal(reply.headers.get('Retry-After'), '1');
  await its.arm('later', 1);
  problemOf(await its.buy('later', 'ann'), 429, 'not-admitted');
  await its.shop.post('/v1/sales/later/close');
  problemOf(await its.buy('later', 'ann'), 409, 'sale-closed');
});

test('the library refuses too, whoever has not passed the door', async () => {
  const { uses } = await libraryOver();
  const lines = [{ pool: 'kettle', quantity: 1 }];
  const answer = await uses.sales.checkout({ sale: 'spring', buyer: 'ann', lines });
  assert.equal(answer.ok ? '' : answer.code, 'not-admitted');
  const odd = await uses.sales.checkout({ sale: 'spring', buyer: 'ann', lines, pass: 'mine' });
  assert.equal(odd.ok ? '' : odd.code, 'invalid-request');
  await uses.close();
});

async function libraryOver() {
  const { openUses } = await import('../../src/uses/open-uses.ts');
  return { uses: await openUses(its.shop.stock) };
}

test('a forged pass is refused, and so are those of others', async () => {
  const pass = await passOf('bob');
  const place = (await its.join('spring', 'bob')).body.place;
  const [body, seal] = pass.split('.') as [string, string];
  const carried = JSON.parse(Buffer.from(body, 'base64url').toString());
  const longer = Buffer.from(JSON.stringify({ ...carried, untilMs: 1e15 })).toString('base64url');
  for (const [name, shown, buyer, sale] of [
    ['changed', `${longer}.${seal}`, 'bob', 'spring'],
    ['cut', pass.slice(0, -1), 'bob', 'spring'],
    ['made up', 'pass.pass', 'bob', 'spring'],
    ['a place', place, 'bob', 'spring'],
    ["another buyer's", pass, 'cyd', 'spring'],
    ["another sale's", pass, 'bob', 'autumn'],
  ] as const) {
    const reply = await its.buy(sale, buyer, shown);
    assert.equal(reply.body.code, 'pass-invalid', name);
    problemOf(reply, 403, 'pass-invalid');
  }
  assert.equal((await its.buy('spring', 'bob', pass)).status, 202);
});

test('a pass makes one order, and a repeat under its key gets the first answer', async () => {
  const pass = await passOf('dan');
  const bought = await its.buy('spring', 'dan', pass, { key: 'k1' });
  assert.equal(bought.status, 202);
  problemOf(await its.buy('spring', 'dan', pass, { key: 'k2' }), 409, 'pass-used');
  const again = await its.buy('spring', 'dan', pass, { key: 'k1' });
  assert.deepEqual([again.status, again.body], [202, bought.body]);
  assert.equal(again.headers.get('Idempotency-Replayed'), 'true');
  its.shop.time.passMs(301_000);
  const late = await its.buy('spring', 'dan', pass, { key: 'k1' });
  assert.deepEqual([late.status, late.body], [202, bought.body], 'a success was not repeated');
  problemOf(await its.buy('spring', 'dan', pass, { key: 'k3' }), 409, 'pass-used');
});

test('of many attempts with one pass at the same moment one makes an order', async () => {
  // Rooms that nobody came to while the time passed let nobody in for a while.
  await its.begin('summer', 100);
  const pass = await passOf('eve', 'summer');
  const other = await its.another();
  const attempts = Array.from({ length: 20 }, (_, index) => {
    const url = index % 2 === 0 ? its.shop.url : other.url;
    const lines = [{ pool: 'kettle', quantity: 1 }];
    return fetch(`${url}/v1/sales/summer/checkout`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ buyer: 'eve', lines, pass }),
    });
  });
  const statuses = (await Promise.all(attempts)).map(({ status }) => status);
  await other.close();
  assert.deepEqual(
    [statuses.filter((it) => it === 202).length, statuses.filter((it) => it === 409).length],
    [1, 19],
  );
});

test('a pass is good until its time is over, and a refused attempt costs nothing of it', async () => {
  await its.begin('winter', 100, { limits: [{ per: 'buyer', quantityMax: 2 }] });
  const [pass, other] = [await passOf('fay', 'winter'), await passOf('gus', 'winter')];
  problemOf(await its.buy('winter', 'fay', pass, { quantity: 3 }), 409, 'limit-exceeded');
  its.shop.time.passMs(299_999);
  problemOf(await its.buy('winter', 'fay', pass, { quantity: 3 }), 409, 'limit-exceeded');
  assert.equal((await its.buy('winter', 'fay', pass, { quantity: 2 })).status, 202);
  its.shop.time.passMs(1);
  problemOf(await its.buy('winter', 'gus', other), 429, 'not-admitted');
});

test('where orders wait for their turn a pass makes one of them', async () => {
  await its.shop.put('/v1/order-policies/crowd', { decides: 'queue' });
  await its.begin('crowd', 5, { channel: 'crowd' });
  const pass = await passOf('ann', 'crowd');
  problemOf(await its.buy('crowd', 'ann'), 429, 'not-admitted');
  const bought = await its.buy('crowd', 'ann', pass);
  assert.equal(bought.status, 202);
  problemOf(await its.buy('crowd', 'ann', pass), 409, 'pass-used');
  const path = `/v1/orders/${bought.body.orderId}`;
  let status = '';
  while (status !== 'RESERVED') {
    ({ status } = (await its.shop.get(path)).body);
    assert.ok(['QUEUED', 'PENDING', 'RESERVED'].includes(status), status);
  }
});

test('who has no pass takes nothing of the rate of those who have one', async () => {
  const rates = { rate: { perSecond: 0.01, burst: 1 }, buyerRate: { perSecond: 0.01, burst: 1 } };
  await its.begin('busy', 5, rates);
  const pass = await passOf('ann', 'busy');
  const foreign = await passOf('bob', 'busy');
  for (let count = 0; count < 3; count += 1) {
    problemOf(await its.buy('busy', 'ann'), 429, 'not-admitted');
    problemOf(await its.buy('busy', 'ann', `${pass}x`), 403, 'pass-invalid');
    problemOf(await its.buy('busy', 'ann', foreign), 403, 'pass-invalid');
  }
  const bought = await its.buy('busy', 'ann', pass);
  assert.deepEqual([bought.status, bought.headers.get('RateLimit')?.split(';')[1]], [202, 'r=0']);
  problemOf(await its.buy('busy', 'bob', foreign), 429, 'rate-limited');
  // One that is past its time is looked up, which is work: no more often than the rate allows.
  its.shop.time.passMs(310_000);
  const answers = [];
  for (let count = 0; count < 5; count += 1) {
    answers.push((await its.buy('busy', 'bob', foreign)).body.code);
  }
  assert.deepEqual(answers.slice(-1), ['rate-limited']);
  assert.equal(answers[0], 'not-admitted');
});

test('who shows passes that are none is odd', async () => {
  const pass = await passOf('eve');
  for (let count = 0; count < 8; count += 1) {
    problemOf(await its.buy('spring', 'mallory', `${pass}${count}`), 403, 'pass-invalid');
  }
  const { anomalies } = (await its.shop.get('/v1/anomalies')).body;
  const found = anomalies.find(({ value }: { value: string }) => value === 'mallory');
  assert.deepEqual(found?.reasons, [{ reason: 'refusals', count: 8 }]);
});

// Orders are made and cancelled on the direct way, and answered there as the framework answers them. On
// raw sockets, because bytes decide.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { type Answer, type Asking, ask, request, UNUSUAL } from './raw-exchange.ts';
import { ServedShop } from './served-shop.ts';

let shop: ServedShop;
beforeEach(async () => {
  shop = await ServedShop.open();
  await shop.fill('tea', 100);
});
afterEach(() => shop.close());

/** The same words on the direct way and to the framework. */
async function both(asking: Asking, other: Asking = asking): Promise<Answer> {
  const port = Number(new URL(shop.url).port);
  const direct = await ask(port, request(asking));
  const framework = await ask(port, request({ ...other, head: UNUSUAL }));
  assert.deepEqual([direct.isDirect, framework.isDirect], [true, false]);
  assert.deepEqual(comparable(direct), comparable(framework));
  return direct;
}

/** What both replies must have in common; ids and times are their own. */
function comparable({ status, headers, body }: Answer): object {
  const { date, location = '', 'idempotency-key': key, ...same } = headers;
  const text = JSON.stringify({ status, key: key!.length, location, same, body });
  return JSON.parse(text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID').replace(/\d{4}-.*?Z/g, 'T'));
}

const LINES = [{ pool: 'tea', quantity: 2, unitPrice: 450 }];
const ORDER = { lines: LINES, currency: 'EUR', buyer: 'Zoë', metadata: { gift: true } };
const ADDRESS = 'POST /v1/orders';

const CASES: Record<string, { order: object; status: number }> = {
  'priced lines': { order: ORDER, status: 202 },
  'no prices': { order: { lines: [{ pool: 'tea', quantity: 1 }], reference: 'A 1' }, status: 202 },
  'more than there is': { order: { lines: [{ pool: 'tea', quantity: 101 }] }, status: 409 },
  'a price without currency': { order: { lines: LINES }, status: 400 },
};

for (const [name, { order, status }] of Object.entries(CASES)) {
  test(`both ways answer an order the same: ${name}`, async () => {
    const answer = await both({ address: ADDRESS, body: JSON.stringify(order) });
    assert.equal(answer.status, status);
  });
}

test('both ways cancel an order the same, and refuse to do it twice', async () => {
  const made = () => both({ address: ADDRESS, body: JSON.stringify(ORDER) });
  const ids = [(await made()).body.orderId, (await made()).body.orderId];
  const [one, other] = ids.map((id) => ({ address: `${ADDRESS}/${id}/cancel`, body: '' }));
  const body = JSON.stringify({ reason: 'bought twice' });
  const cancelled = await both({ ...one!, body }, { ...other!, body });
  assert.deepEqual([cancelled.status, cancelled.body.status], [200, 'CANCELLED']);
  assert.equal(cancelled.body.reason, 'bought twice');
  const again = await both(one!, other!);
  assert.deepEqual([again.status, again.body.code], [409, 'order-cancelled']);
});

// So many to each address: counted in the same step as the units are taken, under a name that does not give the
// address away; and what an attack from one address, or on one account, comes to.

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { ManualTime } from '../../src/engines/conformance/manual-time.ts';
import { MemoryEngine } from '../../src/engines/memory.ts';
import { startServer } from '../../src/http/server.ts';
import { Stock } from '../../src/stock.ts';
import { verify } from '../../src/verify/verify.ts';
import { problemOf, type Reply, ServedShop } from './served-shop.ts';

let shop: ServedShop | undefined;
afterEach(async () => {
  if (shop === undefined) return;
  assert.deepEqual((await verify(shop.stock.engine)).problems, []);
  await shop.close();
  shop = undefined;
});

const LINES = [{ pool: 'kettle', quantity: 1 }];
const from = (address: string) => ({ 'x-forwarded-for': address });

async function opened(terms: object, quantity = 500, options: object = {}): Promise<ServedShop> {
  const admission = { secret: 'for-tests' };
  shop = await ServedShop.open({ trustProxy: ['127.0.0.1'], admission, ...options });
  await shop.fill('kettle', 1_000);
  const draft = { sale: 'spring', items: [{ from: 'kettle', quantity }], ...terms };
  const drafted = await shop.post('/v1/sales', draft);
  assert.equal(drafted.status, 201, JSON.stringify(drafted.body));
  for (const verb of ['arm', 'open']) {
    assert.equal((await shop.post(`/v1/sales/spring/${verb}`)).status, 200);
  }
  return shop;
}

const buy = (buyer: string | undefined, headers = {}, more = {}) =>
  shop!.post('/v1/sales/spring/checkout', { buyer, lines: LINES, ...more }, headers);
const perAddress = (quantityMax: number) => ({ limits: [{ per: 'address', quantityMax }] });

test('an address has so many, whoever says that they buy; a /64 is one address', async () => {
  await opened(perAddress(2));
  assert.equal((await buy('ann', from('203.0.113.9'))).status, 202);
  assert.equal((await buy(undefined, from('::ffff:203.0.113.9'))).status, 202);
  const refused = problemOf(await buy('bob', from('203.0.113.9:999')), 409, 'limit-exceeded');
  assert.deepEqual(
    [refused.sale, refused.per, refused.quantityMax, refused.remaining],
    ['spring', 'address', 2, 0],
  );
  assert.equal((await buy('bob', from('203.0.113.10'))).status, 202);
  for (const [address, status] of [
    ['2001:db8:1:2::1', 202],
    ['2001:db8:1:2:ffff::9', 202],
    ['2001:db8:1:2:abc::', 409],
    ['2001:db8:1:3::1', 202],
  ] as const) {
    assert.equal((await buy('cyd', from(address))).status, status, address);
  }
});

test('a header of a client that is no proxy of ours makes no other address of it', async () => {
  await opened(perAddress(3), 500, { trustProxy: ['10.0.0.0/8'] });
  const replies = await Promise.all(
    Array.from({ length: 50 }, (_, count) => buy(`b${count}`, from(`203.0.113.${count}`))),
  );
  assert.equal(replies.filter(({ status }) => status === 202).length, 3);
});

test('a cancel gives it back, and a repeat from elsewhere is the same order', async () => {
  await opened(perAddress(1));
  const key = { 'idempotency-key': 'k-1' };
  const first = await buy('ann', { ...from('203.0.113.9'), ...key });
  assert.equal(first.status, 202);
  const again = await buy('ann', { ...from('198.51.100.9'), ...key });
  assert.deepEqual([again.status, again.body.orderId], [202, first.body.orderId]);
  problemOf(await buy('bob', from('203.0.113.9')), 409, 'limit-exceeded');
  assert.equal((await shop!.post(`/v1/orders/${first.body.orderId}/cancel`)).status, 200);
  assert.equal((await buy('bob', from('203.0.113.9'))).status, 202);
});

test('it is counted beside the limit of a buyer, and in turn where a channel has a queue', async () => {
  const terms = {
    limits: [
      { per: 'buyer', quantityMax: 1 },
      { per: 'address', quantityMax: 2, of: 'sale' },
    ],
    channel: 'queued',
  };
  await opened(terms);
  await shop!.put('/v1/order-policies/queued', { decides: 'queue' });
  const statusOf = async (reply: Reply) => {
    assert.equal(reply.status, 202);
    const path = `/v1/orders/${reply.body.orderId}`;
    for (;;) {
      const { status, reason } = (await shop!.get(path)).body;
      if (status !== 'PENDING') return [status, reason];
    }
  };
  const told = [];
  for (const buyer of ['ann', 'ann', 'bob', 'cyd']) {
    told.push(await statusOf(await buy(buyer, from('203.0.113.9'))));
  }
  assert.deepEqual(told, [
    ['RESERVED', undefined],
    ['REFUSED', 'limit-exceeded'],
    ['RESERVED', undefined],
    ['REFUSED', 'limit-exceeded'],
  ]);
});

test('no address stands in the journal, and servers of one secret count as one', async (t) => {
  await opened(perAddress(1));
  const beside = (secret: string) =>
    startServer({ stock: shop!.stock, port: 0, trustProxy: ['127.0.0.1'], admission: { secret } });
  const [same, other] = [await beside('for-tests'), await beside('another')];
  t.after(() => Promise.all([same.close(), other.close()]));
  const at = (url: string) =>
    fetch(`${url}/v1/sales/spring/checkout`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...from('203.0.113.9') },
      body: JSON.stringify({ buyer: 'bob', lines: LINES }),
    });
  assert.equal((await buy('ann', from('203.0.113.9'))).status, 202);
  assert.equal((await at(same.url)).status, 409);
  assert.equal((await at(other.url)).status, 202);
  const journal = JSON.stringify((await shop!.get('/v1/journal?after=0&limit=1000')).body);
  const entries = await shop!.stock.engine.entries({ after: 0, limit: 1_000 });
  for (const text of [journal, JSON.stringify(entries)]) assert.doesNotMatch(text, /203\.0\.113/);
});

test('a program that does not say from where is refused', async () => {
  const time = new ManualTime();
  const stock = await Stock.open(new MemoryEngine({ time }), { sweep: false });
  const { openUses } = await import('../../src/uses/open-uses.ts');
  const { sales, close } = await openUses(stock);
  await stock.putPool({ pool: 'kettle' });
  await stock.receive({ pool: 'kettle', quantity: 10 });
  const items = [{ from: 'kettle', quantity: 5 }];
  await sales.create({ sale: 'spring', items, limits: [{ per: 'address', quantityMax: 1 }] });
  for (const verb of ['arm', 'open'] as const) await sales[verb]({ sale: 'spring' });
  const answer = await sales.checkout({ sale: 'spring', lines: LINES });
  assert.equal(answer.ok ? undefined : answer.code, 'address-required');
  await close();
  await stock.close();
});

test('1,000 accounts at one address, and 1,000 addresses for one account, get what one buyer gets', async () => {
  const limits = [
    { per: 'buyer', quantityMax: 2 },
    { per: 'address', quantityMax: 4 },
  ];
  await opened({ limits }, 400);
  const ATTEMPTS = 1_000;
  const HONEST = 200;
  const v4 = (of: number, count: number) => `10.${of}.${count >> 8}.${count & 255}`;
  const attempts: (() => Promise<Reply>)[] = [];
  const honest: Promise<Reply>[] = [];
  const oneAddress: Promise<Reply>[] = [];
  const oneAccount: Promise<Reply>[] = [];
  for (let count = 0; count < ATTEMPTS; count += 1) {
    // What the client writes stands before what the proxy adds.
    const forged = `${v4(9, count)}, 203.0.113.66`;
    attempts.push(() => tell(oneAddress, buy(`bot-${count}`, from(forged))));
    attempts.push(() => tell(oneAccount, buy('mallory', from(v4(1, count)))));
    if (count % (ATTEMPTS / HONEST) === 0) {
      attempts.push(() => tell(honest, buy(`h-${count}`, from(v4(2, count)))));
    }
  }
  const tell = (among: Promise<Reply>[], reply: Promise<Reply>) => {
    among.push(reply);
    return reply;
  };
  for (let at = 0; at < attempts.length; at += 100) {
    await Promise.all(attempts.slice(at, at + 100).map((attempt) => attempt()));
  }
  const sold = async (replies: Promise<Reply>[]) =>
    (await Promise.all(replies)).filter(({ status }) => status === 202).length;
  assert.equal(await sold(oneAddress), 4);
  assert.equal(await sold(oneAccount), 2);
  assert.equal(await sold(honest), HONEST);
});

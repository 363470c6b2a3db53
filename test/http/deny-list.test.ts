// Who is denied buys in no sale: at once, on both ways of a request, by where it really came from.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { MemoryEngine } from '../../src/engines/memory.ts';
import { startServer } from '../../src/http/server.ts';
import { Stock } from '../../src/stock.ts';
import { ask, request, UNUSUAL } from './raw-exchange.ts';
import { problemOf, type Reply, ServedShop } from './served-shop.ts';

let shop: ServedShop;
beforeEach(async () => {
  shop = await ServedShop.open({ trustProxy: ['127.0.0.1', '10.0.0.0/8'] });
  await shop.fill('kettle', 1_000);
  const sale = { sale: 'spring', items: [{ from: 'kettle', quantity: 500 }] };
  assert.equal((await shop.post('/v1/sales', sale)).status, 201);
  for (const verb of ['arm', 'open']) await shop.post(`/v1/sales/spring/${verb}`);
});
afterEach(() => shop.close());

const LINES = [{ pool: 'kettle', quantity: 1 }];
const CHECKOUT = '/v1/sales/spring/checkout';
const buy = (buyer: string, headers: Record<string, string> = {}) =>
  shop.post(CHECKOUT, { buyer, lines: LINES }, headers);
const from = (address: string) => ({ 'x-forwarded-for': address });
const deny = async (who: string, body: object = {}) => {
  const reply = await shop.put(`/v1/deny-list/${who}`, body);
  assert.equal(reply.status, 200, JSON.stringify(reply.body));
  return reply.body;
};
const list = async (of = shop) =>
  (await of.get('/v1/deny-list')).body.denials.map(({ value }: Reply['body']) => value);

test('an account, a device, an address and a prefix are denied at once, and others are not', async () => {
  await deny('account/mallory', { reason: 'resells', told: 'Please call us.' });
  await deny('device/d-1');
  await deny('address/2001:DB8:0::7');
  await deny('address/203.0.113.77%2F24');
  assert.deepEqual(await list(), ['mallory', '2001:db8::7', '203.0.113.0/24', 'd-1']);
  assert.equal(problemOf(await buy('mallory'), 403, 'denied').reason, 'Please call us.');
  const refused = [
    await buy('ann', { 'holdfast-device': 'd-1' }),
    await buy('ann', from('2001:db8::7')),
    await buy('ann', from('203.0.113.9')),
    await buy('ann', from('203.0.113.200:5000')),
  ];
  for (const reply of refused) assert.equal(problemOf(reply, 403, 'denied').reason, undefined);
  assert.equal((await buy('ann', from('2001:db8::8'))).status, 202);
  assert.equal(
    (await buy('ann', { ...from('203.0.114.9'), 'holdfast-device': 'd-2' })).status,
    202,
  );
});

test('both ways of a request come from the same address, whatever a client forges', async () => {
  await deny('address/203.0.113.9');
  await deny('address/2001:db8:9::%2F48');
  const port = Number(new URL(shop.url).port);
  const body = JSON.stringify({ buyer: 'ann', lines: LINES });
  const cases: [forwarded: string, status: number][] = [
    ['203.0.113.9', 403],
    ['203.0.113.9:50123', 403],
    ['::ffff:203.0.113.9', 403],
    ['198.51.100.1, 203.0.113.9, 10.1.2.3', 403],
    ['[2001:db8:9::1]:443, 10.1.2.3', 403],
    ['203.0.113.9, 198.51.100.1', 202],
    ['203.0.113.9, 198.51.100.1, 10.1.2.3', 202],
    ['nonsense, 10.1.2.3', 202],
    ['', 202],
  ];
  for (const [forwarded, status] of cases) {
    for (const unusual of ['', UNUSUAL]) {
      const head = `X-Forwarded-For: ${forwarded}\r\n${unusual}`;
      const answer = await ask(port, request({ address: `POST ${CHECKOUT}`, head, body }));
      assert.equal(answer.isDirect, unusual === '', forwarded);
      assert.equal(answer.status, status, `${forwarded} ${unusual}`);
    }
  }
  // Two lines are one list.
  const head = 'X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-For: 10.1.2.3\r\n';
  const two = await ask(port, request({ address: `POST ${CHECKOUT}`, head, body }));
  assert.equal(two.status, 403);
});

test('who is no proxy of ours is not believed', async (t) => {
  await deny('address/203.0.113.9');
  const plain = await startServer({ stock: shop.stock, port: 0 });
  t.after(() => plain.close());
  const sent = (address: string) =>
    fetch(plain.url + CHECKOUT, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...from(address) },
      body: JSON.stringify({ buyer: 'ann', lines: LINES }),
    });
  assert.equal((await sent('203.0.113.9')).status, 202);
  await deny('address/127.0.0.0%2F8');
  assert.equal((await sent('198.51.100.1')).status, 403);
});

test('a denial ends at its time, or by hand, and may be made again', async () => {
  await deny('account/mallory', { for: '1h', reason: 'too fast' });
  shop.time.passMs(3_599_999);
  problemOf(await buy('mallory'), 403, 'denied');
  shop.time.passMs(1);
  // Nobody has swept.
  assert.equal((await buy('mallory')).status, 202);
  assert.deepEqual(await list(), []);
  problemOf(await shop.get('/v1/deny-list/account/mallory'), 404, 'unknown-denial');
  while ((await shop.stock.sweep()) > 0);
  const { version } = await deny('account/mallory', { until: '2999-01-01T00:00:00Z' });
  assert.equal(version, 3);
  problemOf(await buy('mallory'), 403, 'denied');
  assert.equal((await shop.call('DELETE', '/v1/deny-list/account/mallory')).status, 200);
  assert.equal((await buy('mallory')).status, 202);
  problemOf(await shop.call('DELETE', '/v1/deny-list/account/mallory'), 404, 'unknown-denial');
  const { entries } = (await shop.get('/v1/journal?after=0&limit=1000')).body;
  const told = entries.flatMap(({ events }: Reply['body']) => events);
  const types = told.map(({ type }: Reply['body']) => type);
  assert.deepEqual(
    types.filter((type: string) => type.startsWith('denial.')),
    ['denial.made', 'denial.expired', 'denial.made', 'denial.lifted'],
  );
  const made = told.find(({ type }: Reply['body']) => type === 'denial.made');
  assert.deepEqual(made.data, { reason: 'too fast' });
});

test('a server that starts later, and one that runs beside, know of it', async (t) => {
  const beside = await startServer({ stock: shop.stock, port: 0 });
  t.after(() => beside.close());
  await deny('account/mallory');
  const later = await startServer({ stock: shop.stock, port: 0 });
  t.after(() => later.close());
  for (const { url } of [beside, later]) {
    const { denials } = (await (await fetch(`${url}/v1/deny-list`)).json()) as Reply['body'];
    assert.equal(denials.length, 1, url);
  }
});

test('who is nobody cannot be denied', async () => {
  const field = async (who: string, body: object = {}) =>
    problemOf(await shop.put(`/v1/deny-list/${who}`, body), 400, 'invalid-request').field;
  assert.equal(await field('person/ann'), 'kind');
  assert.equal(await field('address/ann'), 'value');
  assert.equal(await field('address/10.0.0.0%2F33'), 'value');
  assert.equal(await field('account/ann', { for: '1h', until: '2999-01-01T00:00:00Z' }), 'for');
  assert.equal(await field('account/ann', { for: 'soon' }), 'for');
});

test('who is denied stays so over a restart', async (t) => {
  const engine = new MemoryEngine();
  const stock = await Stock.open(engine, { sweep: false });
  const first = await startServer({ stock, port: 0 });
  t.after(() => first.close());
  const init = { method: 'PUT' };
  assert.equal((await fetch(`${first.url}/v1/deny-list/account/mallory`, init)).status, 200);
  await first.close();
  const second = await startServer({ stock, port: 0 });
  t.after(async () => {
    await second.close();
    await stock.close();
  });
  assert.equal((await fetch(`${second.url}/v1/deny-list/account/mallory`)).status, 200);
});

// What anybody may see of a sale: without a key, without a number, and without a look at the store for each who asks.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { MemoryEngine } from '../../../src/engines/memory.ts';
import { problemOf, ServedShop } from '../served-shop.ts';

/** Counts how often it is asked what pools have. */
class CountingEngine extends MemoryEngine {
  looks = 0;

  override async owners(ids: readonly string[]) {
    this.looks += 1;
    return super.owners(ids);
  }
}

let shop: ServedShop;
let engine: CountingEngine;
before(async () => {
  const openEngine = async (time: ConstructorParameters<typeof MemoryEngine>[0]) => {
    engine = new CountingEngine(time);
    return engine;
  };
  shop = await ServedShop.open({}, (time) => openEngine({ time }));
  await shop.fill('kettle', 1_000);
});
after(() => shop.close());

const nowMs = () => engine.clock().nowMs;
const inFromNow = (ms: number) => new Date(nowMs() + ms).toISOString();
const see = (sale: string, headers = {}) =>
  shop.call('GET', `/sales/${sale}/page.json`, undefined, headers);
const verb = async (sale: string, name: string) =>
  assert.equal((await shop.post(`/v1/sales/${sale}/${name}`)).status, 200);

async function armed(sale: string, more: object = {}, quantity = 20): Promise<void> {
  const items = [{ from: 'kettle', quantity, unitPrice: 1990 }];
  const drafted = await shop.post('/v1/sales', { sale, items, currency: 'EUR', ...more });
  assert.equal(drafted.status, 201);
  await verb(sale, 'arm');
}

async function buy(sale: string, quantity: number): Promise<void> {
  const lines = [{ pool: 'kettle', quantity }];
  const reply = await shop.post(`/v1/sales/${sale}/checkout`, { buyer: 'ann', lines });
  assert.equal(reply.status, 202);
}

test('it shows what a page needs, and no numbers of units', async () => {
  const [opensAt, closesAt] = [inFromNow(60_000), inFromNow(120_000)];
  const limits = [{ per: 'buyer', quantityMax: 20 }];
  await armed('spring', { opensAt, closesAt, limits });
  const item = { pool: 'kettle:spring', from: 'kettle', unitPrice: 1990 };
  const times = { opensAt, closesAt, currency: 'EUR' };
  const before = await see('spring');
  assert.deepEqual(before.body, {
    sale: 'spring',
    status: 'ARMED',
    items: [{ ...item, availability: 'available' }],
    limits,
    ...times,
  });
  shop.time.passMs(60_000);
  const open = await see('spring');
  assert.equal(open.body.status, 'OPEN', 'nobody has opened it; its time has come');
  for (const [quantity, word] of [
    [17, 'available'],
    [1, 'few'],
    [2, 'sold-out'],
  ] as const) {
    await buy('spring', quantity);
    shop.time.passMs(1_000);
    assert.equal((await see('spring')).body.items[0].availability, word);
  }
  shop.time.passMs(60_000);
  const closed = await see('spring');
  assert.deepEqual([closed.body.status, closed.body.items], ['CLOSED', [item]]);
  for (const { body } of [before, open, closed]) {
    assert.doesNotMatch(JSON.stringify(body), /"(quantity|available|held|sold)":/);
  }
});

test('a tag of its content: the same while nothing changed, 304 to who has it', async () => {
  await armed('summer');
  for (const path of ['/sales/summer/page.json', '/sales/summer']) {
    const first = await shop.get(path);
    const tag = first.headers.get('ETag')!;
    assert.match(tag, /^"[\w-]{22}"$/);
    shop.time.passMs(5_000);
    const again = await shop.get(path);
    assert.equal(again.headers.get('ETag'), tag);
    assert.notEqual(again.headers.get('Date'), first.headers.get('Date'));
    assert.equal(Date.parse(again.headers.get('Date')!), Math.floor(nowMs() / 1_000) * 1_000);
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`, '*']) {
      const same = await shop.call('GET', path, undefined, { 'If-None-Match': known });
      assert.deepEqual([same.status, same.body], [304, ''], known);
      for (const name of ['ETag', 'Cache-Control', 'Date']) {
        assert.equal(same.headers.get(name), again.headers.get(name), name);
      }
    }
    const head = await shop.call('HEAD', path);
    assert.deepEqual([head.status, head.body], [200, '']);
    for (const name of ['ETag', 'Cache-Control', 'Content-Length', 'Content-Type']) {
      assert.equal(head.headers.get(name), again.headers.get(name), name);
    }
    assert.equal(again.headers.get('Vary'), null, 'every reader gets the same');
    await verb('summer', path.endsWith('json') ? 'open' : 'close');
    const changed = await shop.call('GET', path, undefined, { 'If-None-Match': tag });
    assert.equal(changed.status, 200);
    assert.notEqual(changed.headers.get('ETag'), tag);
  }
});

test('how long a copy may be kept stands on it', async () => {
  await armed('autumn', { opensAt: inFromNow(8_000), closesAt: inFromNow(20_000) });
  const kept = async () => (await see('autumn')).headers.get('Cache-Control')!;
  assert.match(await kept(), /^public, max-age=1, s-maxage=4, stale-while-revalidate=1,/);
  shop.time.passMs(8_000);
  assert.match(await kept(), /^public, max-age=1, s-maxage=1, stale-while-revalidate=5,/);
  shop.time.passMs(12_000);
  assert.match(await kept(), /^public, max-age=60,/);
});

test('nothing is kept across its opening', async () => {
  await armed('sharp', { opensAt: inFromNow(1_500) });
  shop.time.passMs(1_000);
  assert.equal((await see('sharp')).body.status, 'ARMED');
  shop.time.passMs(500);
  assert.equal((await see('sharp')).body.status, 'OPEN');
});

test('a crowd costs one look at the store a second', async () => {
  await armed('winter');
  await verb('winter', 'open');
  for (let second = 0; second < 3; second += 1) {
    shop.time.passMs(1_000);
    engine.looks = 0;
    const asked = Array.from({ length: 100 }, (_, index) =>
      shop.get(index % 2 === 0 ? '/sales/winter' : '/sales/winter/page.json'),
    );
    for (const { status } of await Promise.all(asked)) assert.equal(status, 200);
    assert.equal(engine.looks, 1);
  }
  await verb('winter', 'close');
  shop.time.passMs(1_000);
  engine.looks = 0;
  assert.equal((await see('winter')).status, 200);
  assert.equal(engine.looks, 0, 'there is nothing to be had');
});

test('where there is none, and where it is not announced yet, nobody sees one', async () => {
  const items = [{ from: 'kettle', quantity: 1 }];
  await shop.post('/v1/sales', { sale: 'secret', items });
  engine.looks = 0;
  for (const path of ['/sales/secret', '/sales/none/page.json', '/sales/none']) {
    const reply = await shop.get(path);
    problemOf(reply, 404, 'unknown-sale');
    assert.equal(reply.headers.get('Cache-Control'), 'public, max-age=1, s-maxage=1');
  }
  assert.equal(engine.looks, 0);
});

test('a draft that is closed stays unknown, at once and once it is settled', async () => {
  const hidden = { sale: 'hidden', items: [{ from: 'kettle', quantity: 1 }] };
  await shop.post('/v1/sales', hidden);
  await verb('hidden', 'close');
  const unseen = async (status: string) => {
    const { body } = await shop.get('/v1/sales/hidden');
    assert.deepEqual([body.status, body.neverArmed], [status, undefined]);
    for (const path of ['/sales/hidden', '/sales/hidden/page.json']) {
      problemOf(await shop.get(path), 404, 'unknown-sale');
    }
  };
  await unseen('CLOSED');
  while ((await shop.stock.sweep()) > 0) await shop.stock.parts.turns.idle();
  await unseen('SETTLED');
  await armed('called-off');
  await verb('called-off', 'close');
  assert.equal((await see('called-off')).body.status, 'CLOSED', 'it was announced');
});

test('the page holds what it says of the sale in a form that nothing breaks out of', async () => {
  await shop.fill('x', 5);
  await shop.post('/v1/sales', { sale: 'odd', items: [{ from: 'x', quantity: 1 }] });
  await verb('odd', 'arm');
  const page = await shop.get('/sales/odd');
  assert.equal(page.headers.get('Content-Type'), 'text/html; charset=utf-8');
  const policy = page.headers.get('Content-Security-Policy')!;
  assert.doesNotMatch(policy, /unsafe|https?:|\*/);
  const held = /<script type="application\/json" id="sale">(.*?)<\/script>/s.exec(page.body)![1]!;
  assert.deepEqual(JSON.parse(held), (await see('odd')).body);
  assert.doesNotMatch(page.body, /%(name|style|script|sale)%/);
  assert.equal((await shop.get('/sale/sale.js')).status, 404, 'it is a part of the page alone');
});

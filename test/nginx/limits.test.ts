// Who asks too often is told so by nginx, in the form in which Holdfast says it; nobody else is.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { problem } from '../../src/http/problem.ts';
import { problemOf, type Reply } from '../http/served-shop.ts';
import { nginxMissing } from '../support/nginx.ts';
import { address, FrontedShop } from './fronted-shop.ts';

const skip = nginxMissing() ?? false;
const many = (count: number, ask: (index: number) => Promise<Reply>) =>
  Promise.all(Array.from({ length: count }, (_, index) => ask(index)));

function assertTurnedAway(reply: Reply): void {
  problemOf(reply, 429, 'rate-limited');
  assert.deepEqual(reply.body, problem('rate-limited'));
  assert.equal(reply.headers.get('Retry-After'), '1');
  assert.equal(reply.headers.get('Cache-Control'), 'no-store');
}

describe('the limits that are shipped', { skip }, () => {
  let front: FrontedShop;
  before(async () => {
    front = await FrontedShop.open();
  });
  after(() => front.close());

  test('the files load as they are, without a warning', () => {
    const { status, said } = front.nginx.check();
    assert.equal(status, 0, said);
    assert.doesNotMatch(said, /warn|error/);
  });

  const rates: [method: string, path: string, perSecond: number, burst: number][] = [
    ['POST', '/v1/sales/none/checkout', 5, 10],
    ['GET', '/sales/spring/page.json', 20, 40],
    ['GET', '/v1/pools/kettle', 50, 100],
  ];
  for (const [index, [method, path, perSecond, burst]] of rates.entries()) {
    test(`${method} ${path}: ${burst} at once and ${perSecond} a second of an address`, async () => {
      const body =
        method === 'GET' ? undefined : { buyer: 'ann', lines: [{ pool: 'a', quantity: 1 }] };
      const from = `192.0.2.${index + 1}`;
      const startMs = performance.now();
      const replies: Reply[] = [];
      // Fewer at the same time than an address may have connections.
      for (let turn = 0; turn < 3; turn += 1) {
        replies.push(...(await many(burst, () => front.ask(method, path, body, { from }))));
      }
      const tookS = (performance.now() - startMs) / 1_000;
      const late = replies.filter(({ status }) => status === 429);
      for (const reply of late) assertTurnedAway(reply);
      const admitted = replies.length - late.length;
      const most = Math.min(replies.length, burst + 1 + Math.ceil(perSecond * tookS));
      assert.ok(burst < admitted && admitted <= most, `${admitted} of ${most} in ${tookS} s`);
      const other = await front.ask(method, path, body, { from: '198.51.100.1' });
      assert.notEqual(other.status, 429);
    });
  }

  test('an address has so many connections', async (t) => {
    const from = '203.0.113.1';
    const stop = new AbortController();
    t.after(() => stop.abort());
    const feeds = await Promise.all(
      Array.from({ length: 100 }, () =>
        fetch(`${front.nginx.url}/v1/events`, {
          headers: { 'X-Test-Address': from },
          signal: stop.signal,
        }),
      ),
    );
    for (const { status } of feeds) assert.equal(status, 200);
    assertTurnedAway(await front.ask('GET', '/v1/pools/kettle', undefined, { from }));
    const other = await front.ask('GET', '/v1/pools/kettle', undefined, { from: '203.0.113.2' });
    assert.equal(other.status, 200);
  });

  test('a network of IPv6 is one asker', async () => {
    const attempt = (host: string) => front.buy('ann', { from: host });
    const same = await many(40, (index) => attempt(`2001:db8::${(index + 1).toString(16)}:1`));
    assert.ok(same.some(({ status }) => status === 429));
    assert.notEqual((await attempt('2001:db8:0:1::1')).status, 429);
  });

  test('what Holdfast refuses by a rate of its own goes through with all that it says', async () => {
    const items = [{ from: 'kettle', quantity: 1 }];
    const slow = { sale: 'slow', items, rate: { perSecond: 0.001, burst: 1 } };
    await front.shop.post('/v1/sales', slow);
    const lines = [{ pool: 'kettle', quantity: 1 }];
    const ask = (from: string) =>
      front.ask('POST', '/v1/sales/slow/checkout', { buyer: from, lines }, { from });
    const startMs = performance.now();
    await ask('192.0.2.101');
    const late = await ask('192.0.2.102');
    assert.deepEqual([late.status, late.body.rate, late.body.burst], [429, 'sale', 1]);
    const retryAfter = Number(late.headers.get('Retry-After'));
    const leastS = 1_000 - (performance.now() - startMs) / 1_000;
    assert.ok(leastS <= retryAfter && retryAfter <= 1_000, `${retryAfter} s`);
    assert.match(late.headers.get('RateLimit')!, /^"sale";r=0;t=/);
  });
});

describe('limits that an operator changed', { skip }, () => {
  test('a sale takes so many attempts of all together; who is one of ours counts in it alone', async (t) => {
    const front = await FrontedShop.open({
      'holdfast.conf': [
        ['zone=holdfast_sale:1m rate=2000r/s', 'zone=holdfast_sale:1m rate=1r/s'],
        ['zone=holdfast_sale burst=2000', 'zone=holdfast_sale burst=19'],
      ],
      'holdfast/place.conf': [['# 192.0.2.0/24 1;', '192.0.2.0/24 1;']],
    });
    t.after(() => front.close());
    const startMs = performance.now();
    const own = await many(15, (index) => front.buy(`b${index}`));
    for (const { status } of own) assert.equal(status, 202);
    const replies = await many(30, (index) => front.buy(`c${index}`, { from: address(index) }));
    const most = 20 - 15 + Math.ceil((performance.now() - startMs) / 1_000) + 1;
    const admitted = replies.filter(({ status }) => status === 202).length;
    assert.ok(5 <= admitted && admitted <= most, `${admitted} of ${most}`);
    for (const reply of replies) if (reply.status !== 202) assertTurnedAway(reply);
  });

  test('the early drop turns away about its share, and nothing but attempts to buy', async (t) => {
    const front = await FrontedShop.open({
      'holdfast/place.conf': [
        ['include holdfast/no-early-drop.conf;', 'include holdfast/early-drop.conf;'],
      ],
    });
    t.after(() => front.close());
    const count = 2_000;
    let dropped = 0;
    for (let turn = 0; turn < 20; turn += 1) {
      const replies = await many(count / 20, (index) =>
        front.buy('ann', { from: address(turn * 100 + index) }),
      );
      for (const reply of replies) {
        if (reply.status !== 429) continue;
        dropped += 1;
        assertTurnedAway(reply);
      }
    }
    const sigma = Math.sqrt(count * 0.5 * 0.5);
    assert.ok(Math.abs(dropped - count * 0.5) <= 5 * sigma, `${dropped} of ${count}`);
    const others = await many(40, () => front.ask('GET', '/sales/spring'));
    for (const { status } of others) assert.equal(status, 200);
  });
});

// What a crowd may see comes from nginx's cache: one request of all reaches the server, and none has to while it is
// away.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { problem } from '../../src/http/problem.ts';
import { nginxMissing } from '../support/nginx.ts';
import { type Asked, address, FrontedShop } from './fronted-shop.ts';

const PATHS = ['/sales/spring', '/sales/spring/page.json'];

describe('the cache of what anybody may see', { skip: nginxMissing() ?? false }, () => {
  let front: FrontedShop;
  before(async () => {
    front = await FrontedShop.open();
  });
  after(() => front.close());

  const reachedBy = (path: string) =>
    front.reached.filter(({ request }) => request === `GET ${path}`).length;

  // Each look is another stranger's: all of one address would be more than it may ask for.
  let strangers = 0;
  const look = (path: string, asked: Asked = {}) => {
    strangers += 1;
    return front.ask('GET', path, undefined, { from: address(strangers), ...asked });
  };

  for (const path of PATHS) {
    test(`a crowd of 1,000 at ${path} is one request to the server`, async () => {
      const startMs = performance.now();
      const crowd = Array.from({ length: 1_000 }, async (_, index) => {
        const method = index % 10 === 0 ? 'HEAD' : 'GET';
        // Whoever is signed in, or writes something behind it, gets no copy of his own.
        const headers = { Cookie: `id=${index}`, Authorization: 'Bearer x' };
        const asked = { method, from: address(index), headers };
        const reply = await front.fetch(`${path}?reader=${index}`, asked);
        const text = await reply.text();
        assert.equal(reply.status, 200);
        return { text, tag: reply.headers.get('ETag'), isHead: method === 'HEAD' };
      });
      const replies = await Promise.all(crowd);
      const tookS = (performance.now() - startMs) / 1_000;
      const first = replies.find(({ isHead }) => !isHead)!;
      for (const { text, tag, isHead } of replies) {
        assert.deepEqual([text, tag], [isHead ? '' : first.text, first.tag]);
      }
      const came = front.reached.filter(({ request }) => request === `GET ${path}`);
      // One for each second that a copy is good for; on a machine that takes longer than that, more.
      assert.ok(
        came.length >= 1 && came.length <= Math.ceil(tookS),
        `${came.length} in ${tookS} s`,
      );
      for (const { headers } of came) {
        assert.deepEqual([headers.cookie, headers.authorization], [undefined, undefined]);
      }
      front.reached.length = 0;
    });
  }

  test('who has it is told so by the cache', async () => {
    for (const path of PATHS) {
      const first = await look(path);
      const headers = { 'If-None-Match': first.headers.get('ETag')! };
      const again = await look(path, { headers });
      assert.deepEqual([again.status, again.body], [304, '']);
    }
  });

  test('nobody puts something else in the place of a copy', async () => {
    const sales = ['one', 'two', 'three'];
    for (const sale of sales) {
      const items = [{ from: 'kettle', quantity: 1 }];
      await front.shop.post('/v1/sales', { sale, items });
      await front.shop.post(`/v1/sales/${sale}/arm`);
    }
    const twisted = [
      '/sales/one%2Fpage.json',
      '/sales/two/page%2Ejson',
      '/sales//three/./page.json',
    ];
    for (const [index, path] of twisted.entries()) {
      await look(path);
      const reply = await look(`/sales/${sales[index]}/page.json`);
      assert.deepEqual([reply.status, reply.body.sale], [200, sales[index]], path);
    }
  });

  test('where there is no sale a crowd costs no more than where there is one', async () => {
    const ask = () => look('/sales/none');
    const startMs = performance.now();
    const replies = [await ask(), ...(await Promise.all(Array.from({ length: 30 }, ask)))];
    for (const { status, body } of replies) {
      assert.deepEqual([status, body.code], [404, 'unknown-sale']);
    }
    const tookS = (performance.now() - startMs) / 1_000;
    assert.ok(reachedBy('/sales/none') <= 1 + Math.ceil(tookS));
  });

  test('while the server is away the copy goes on, and nobody else is kept waiting', async () => {
    const before = await Promise.all(PATHS.map((path) => look(path)));
    await front.shop.server.close();
    for (const [index, path] of PATHS.entries()) {
      const untilMs = performance.now() + 30_000;
      let reply = await look(path);
      let known = reply.headers.get('X-Cache-Status');
      // First within its second, then while it is fetched anew, then because that fails.
      while (known !== 'STALE') {
        assert.ok(performance.now() < untilMs, `still ${known}`);
        assert.equal(reply.status, 200);
        reply = await look(path);
        known = reply.headers.get('X-Cache-Status');
      }
      assert.deepEqual([reply.status, reply.body], [200, before[index]!.body]);
      assert.equal(reply.headers.get('ETag'), before[index]!.headers.get('ETag'));
    }
    const gone = await front.buy('ann');
    assert.deepEqual([gone.status, gone.body], [503, problem('unavailable')]);
    assert.equal(gone.headers.get('Retry-After'), '1');
    assert.match(gone.headers.get('Content-Type')!, /^application\/problem\+json/);
  });
});

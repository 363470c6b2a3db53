// Whatever nginx has nothing to say to reaches Holdfast as it was sent, and comes back as Holdfast said it.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { PROBLEM_CODES, problem } from '../../src/http/problem.ts';
import { rawReply } from '../http/raw-request.ts';
import { nginxMissing } from '../support/nginx.ts';
import { textOf } from '../tidy/project-files.ts';
import { FrontedShop } from './fronted-shop.ts';

describe('what passes nginx', { skip: nginxMissing() ?? false }, () => {
  let front: FrontedShop;
  before(async () => {
    front = await FrontedShop.open();
  });
  after(() => front.close());

  test('a command under its key, a tag, and what is refused', async () => {
    const headers = { 'Idempotency-Key': 'order-1' };
    const bought = await front.buy('ann', { headers });
    assert.equal(bought.status, 202);
    const again = await front.buy('ann', { headers });
    assert.deepEqual([again.status, again.body], [202, bought.body]);
    assert.equal(again.headers.get('Idempotency-Replayed'), 'true');
    assert.equal(again.headers.get('Location'), bought.headers.get('Location'));
    const order = await front.ask('GET', bought.headers.get('Location')!);
    assert.deepEqual([order.body.orderId, order.body.status], [bought.body.orderId, 'RESERVED']);

    const { headers: told } = await front.ask('GET', '/v1/pools/kettle');
    const tag = told.get('ETag')!;
    assert.match(tag, /^"\d+"$/);
    const same = await front.ask('GET', '/v1/pools/kettle', undefined, {
      headers: { 'If-None-Match': tag },
    });
    assert.equal(same.status, 304);
    const receive = (tagged: string) =>
      front.ask(
        'POST',
        '/v1/pools/kettle/receive',
        { quantity: 1 },
        {
          headers: { 'If-Match': tagged },
        },
      );
    assert.equal((await receive(tag)).status, 200);
    assert.equal((await receive(tag)).body.code, 'stale-version');

    const lines = [{ pool: 'kettle', quantity: 6 }];
    const tooMany = { buyer: 'bob', lines };
    const path = '/v1/sales/spring/checkout';
    const through = await front.ask('POST', path, tooMany);
    const direct = await front.shop.post(path, tooMany);
    assert.equal(through.status, 409);
    assert.deepEqual(through.body, direct.body);
    const unknown = await front.ask('GET', '/v1/pools/t%C3%A9a%2Fx?at=2026-01-01T00:00:00Z');
    const same404 = await front.shop.get('/v1/pools/t%C3%A9a%2Fx?at=2026-01-01T00:00:00Z');
    assert.deepEqual([unknown.status, unknown.body], [same404.status, same404.body]);
  });

  test('who asks is whom nginx sees, whatever he says of himself', async () => {
    front.reached.length = 0;
    const headers = {
      'X-Forwarded-For': '198.51.100.7',
      'X-Real-IP': '198.51.100.7',
      Forwarded: 'for=198.51.100.7',
    };
    for (const path of ['/v1/pools', '/sales/spring/page.json']) {
      await front.ask('GET', path, undefined, { headers, from: '203.0.113.9' });
    }
    assert.equal(front.reached.length, 2);
    for (const { headers: seen } of front.reached) {
      assert.equal(seen['x-forwarded-for'], '203.0.113.9');
      assert.equal(seen['x-real-ip'], '203.0.113.9');
      assert.equal(seen.forwarded, undefined);
      assert.doesNotMatch(JSON.stringify(seen), /198\.51/);
    }
  });

  test('the live feed comes message by message', async (t) => {
    const stop = new AbortController();
    t.after(() => stop.abort());
    const reply = await fetch(`${front.nginx.url}/v1/events?pool=kettle`, {
      signal: stop.signal,
    });
    assert.match(reply.headers.get('Content-Type')!, /^text\/event-stream/);
    const reader = reply.body!.pipeThrough(new TextDecoderStream()).getReader();
    let seen = '';
    const until = async (text: string) => {
      while (!seen.includes(text)) {
        const { value, done } = await reader.read();
        assert.equal(done, false, seen);
        seen += value;
      }
    };
    await until('event: snapshot');
    for (let count = 0; count < 2; count += 1) {
      const [available] = await front.shop.balances('kettle');
      await front.shop.post('/v1/pools/kettle/receive', { quantity: 1 });
      // Nothing else comes after it that could push it out of a buffer.
      await until(`"available":${available + 1},`);
    }
  });

  test('what nginx refuses itself it refuses as Holdfast does', async () => {
    const { port } = front.nginx;
    const raw = (head: string, body = '') =>
      rawReply(port, `${head}\r\nHost: localhost\r\nConnection: close\r\n${body}\r\n`);
    const long = 'x'.repeat(17_000);
    const cases: [head: string, more: string, code: Parameters<typeof problem>[0]][] = [
      ['POST /v1/pools/a/receive HTTP/1.1', 'Content-Length: 1048577\r\n', 'body-too-large'],
      [`GET /${long} HTTP/1.1`, '', 'address-too-long'],
      ['GET / HTTP/1.1', `X-Long: ${long}\r\n`, 'headers-too-large'],
      ['GET / HTTP/1.1', 'Content-Length: x\r\n', 'malformed-http'],
      ['GET /holdfast-problem HTTP/1.1', '', 'unknown-route'],
      ['TRACE / HTTP/1.1', '', 'method-not-allowed'],
    ];
    for (const [head, more, code] of cases) {
      const reply = await raw(head, more);
      assert.deepEqual(reply.body, problem(code));
      assert.equal(reply.status, problem(code).status);
    }
  });

  test('every problem of the file is one that Holdfast has', () => {
    const written = [...textOf('deploy/nginx/holdfast.conf').matchAll(/^ +\S+ '(\{.*\})';$/gm)];
    assert.ok(written.length >= 10);
    for (const [, text] of written) {
      const { code } = JSON.parse(text!);
      assert.ok(PROBLEM_CODES.includes(code), code);
      assert.deepEqual(JSON.parse(text!), problem(code));
    }
  });
});

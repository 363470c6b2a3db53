// Concurrent calls share requests, and nothing else: each has its own key, answer, deadline and
// retry. Requests are counted on the way to a real server.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { type ClientOptions, HoldfastClient } from '../../src/client/index.ts';
import { HoldfastError } from '../../src/errors.ts';
import { ServedShop } from '../http/served-shop.ts';
import { accepted, failed, refused } from './expectations.ts';
import { FaultyProxy } from './faulty-proxy.ts';
import { ManualClientTime } from './manual-client-time.ts';

const ALONE = 'POST /v1/reservations';
const BATCH = 'POST /v1/reservations/batch';

let shop: ServedShop;
let proxy: FaultyProxy;
beforeEach(async () => {
  shop = await ServedShop.open();
  await shop.fill('tea', 10_000);
  proxy = await FaultyProxy.open(shop.url);
});
afterEach(async () => {
  await proxy.close();
  await shop.close();
});

const one = { lines: [{ pool: 'tea', quantity: 1 }] };
/** A machine that is busy must not make requests count twice. */
const patient = { firstMs: 1, mostMs: 4, attemptMs: 60_000 };
const open = (options: Partial<ClientOptions> = {}) =>
  new HoldfastClient({ url: proxy.url, timeoutMs: 60_000, retry: patient, ...options });
const lines = () => proxy.seen.map(({ line }) => line);
const sizes = () => proxy.seen.map(({ body }) => JSON.parse(body).items?.length ?? 1);
const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));

test('a call alone is a plain request; calls of one turn are one batch', async () => {
  const client = open();
  const { id } = await accepted(client.reserve(one));
  await accepted(client.extend({ reservation: id, holdFor: '20m' }));
  assert.deepEqual(lines(), [ALONE, `${ALONE}/${id}/extend`]);
  proxy.seen.length = 0;
  const [other, confirmed, unknown] = await Promise.all([
    client.reserve({ ...one, buyer: 'ünï', metadata: { note: 'a "b" \\ c' } }, { key: 'my "key"' }),
    client.confirm({ reservation: id, lines: [{ pool: 'tea', quantity: 1 }] }),
    client.cancel({ reservation: '01a1f888-cf04-73e4-a464-d9c3307a73e6' }),
  ]);
  assert.deepEqual([lines(), sizes()], [[BATCH], [3]]);
  assert.ok(other.ok && confirmed.ok && !unknown.ok);
  assert.deepEqual([other.value.buyer, other.value.metadata], ['ünï', { note: 'a "b" \\ c' }]);
  assert.deepEqual([confirmed.value.status, unknown.code], ['CONFIRMED', 'unknown-reservation']);
  const again = await client.reserve(
    { ...one, buyer: 'ünï', metadata: { note: 'a "b" \\ c' } },
    { key: 'my "key"' },
  );
  assert.ok(again.ok && again.repeated && again.value.id === other.value.id);
});

test('every verb that may share a request does', async () => {
  const client = open();
  const ids = await Promise.all(times(4, async () => (await accepted(client.reserve(one))).id));
  const [a, b, c, d] = ids as [string, string, string, string];
  proxy.seen.length = 0;
  const answers = await Promise.all([
    client.confirm({ reservation: a }),
    client.cancel({ reservation: b }),
    client.extend({ reservation: c, holdFor: '30m' }),
    client.change({ reservation: d, lines: [{ pool: 'tea', quantity: 5 }] }),
  ]);
  assert.deepEqual(
    answers.map((answer) => answer.ok && answer.value.status),
    ['CONFIRMED', 'CANCELLED', 'HELD', 'HELD'],
  );
  assert.deepEqual(lines(), [BATCH]);
});

test('a batch has at most 1,000 calls and at most so many bytes', async () => {
  const client = open();
  await Promise.all(times(2_500, () => accepted(client.reserve(one))));
  assert.deepEqual(sizes(), [1_000, 1_000, 500]);
  proxy.seen.length = 0;
  const metadata = { text: 'ü'.repeat(900) };
  await Promise.all(times(600, () => accepted(client.reserve({ ...one, metadata }))));
  for (const { body } of proxy.seen) assert.ok(body.length <= 520 * 1_024, `${body.length}`);
  assert.equal(sizes().length, 3);
  proxy.seen.length = 0;
  await Promise.all(times(3, () => accepted(open({ batch: false }).reserve(one))));
  assert.deepEqual(lines(), [ALONE, ALONE, ALONE]);
});

test('while enough requests are under way, calls wait and then go together', async () => {
  const client = open({ batch: { underWayMax: 1 } });
  proxy.fault = (_, count) => (count === 0 ? 'hold' : 'none');
  const gone = new AbortController();
  const first = failed(client.reserve(one, { signal: gone.signal }), 'aborted');
  await proxy.sawRequests(1);
  // Each in a turn of its own.
  const later: Promise<unknown>[] = [];
  for (let index = 0; index < 5; index += 1) {
    later.push(accepted(client.reserve(one)));
    await new Promise(setImmediate);
  }
  assert.equal(proxy.seen.length, 1);
  gone.abort();
  assert.ok((await first).mayHaveTakenEffect);
  await Promise.all(later);
  assert.deepEqual(sizes(), [1, 5]);
});

test('what is wrong with one call is not felt by its neighbours', async () => {
  const client = open();
  const wrong = [
    client.reserve({ lines: [] }),
    client.reserve({ lines: [{ pool: 'tea', quantity: Number.NaN }] }),
    client.reserve({ ...one, ...({ key: 'mine', op: 'cancel' } as object), holdFor: 'soon' }),
    client.reserve({ ...one, metadata: JSON.parse('{"__proto__":{"a":1}}') }),
  ].map((call) => refused(call, 'invalid-request'));
  const unknown = refused(client.confirm({ reservation: 'no-uuid' }), 'unknown-reservation');
  const right = times(20, () => accepted(client.reserve(one)));
  await Promise.all([...wrong, unknown, ...right]);
  assert.deepEqual(lines(), [BATCH]);
  assert.deepEqual(await shop.balances('tea'), [9_980, 20, 0]);
});

test('a batch that is refused whole is taken apart', async () => {
  const pool = 'p'.repeat(128);
  await shop.fill(pool, 8_000);
  const client = open({ batch: { bytesMax: 2 ** 21 } });
  const order = { lines: times(1_000, () => ({ pool, quantity: 1 })) };
  const answers = await Promise.all(times(8, () => client.reserve(order)));
  assert.ok(answers.every(({ ok }) => ok));
  assert.deepEqual(lines(), [BATCH, ...times(8, () => ALONE)]);
  assert.deepEqual(await shop.balances(pool), [0, 8_000, 0]);
});

test('the store fails for some items: those alone are sent again, under their keys', async () => {
  const time = new ManualClientTime();
  const client = open({ time, random: () => 0 });
  const { engine } = shop.stock;
  const { commit } = engine;
  engine.commit = async () => {
    throw new HoldfastError('unavailable');
  };
  const held = Promise.all(times(10, () => accepted(client.reserve(one))));
  const bad = refused(client.reserve({ lines: [] }), 'invalid-request');
  await bad;
  await time.waits(900, 1_100);
  engine.commit = commit;
  time.passMs(1_100);
  await held;
  assert.deepEqual(sizes(), [11, 10]);
  const keys = proxy.seen.map(({ body }) =>
    JSON.parse(body).items.map((it: { key: string }) => it.key),
  );
  assert.deepEqual(keys[1], keys[0].slice(0, 10));
});

test('each call keeps its own deadline', async () => {
  const time = new ManualClientTime();
  proxy.fault = () => 'hold';
  const client = open({ time, retry: { firstMs: 1, mostMs: 4, attemptMs: 4_000 } });
  const short = failed(client.reserve(one, { timeoutMs: 100 }), 'outcome-unknown');
  const long = client.reserve(one, { timeoutMs: 9_000 });
  await proxy.sawRequests(1);
  time.passMs(120);
  assert.equal((await short).attempts, 1);
  proxy.fault = () => 'none';
  time.passMs(4_000);
  await time.waits(0, 30);
  time.passMs(30);
  await accepted(long);
  assert.deepEqual(sizes(), [2, 1]);
});

test('given up before it was sent: nothing may have taken effect, and nothing is sent', async () => {
  const client = open();
  const early = client.reserve(one, { signal: AbortSignal.abort(new Error('no more')) });
  const error = await failed(early, 'aborted');
  assert.deepEqual([error.mayHaveTakenEffect, error.attempts], [false, 0]);
  assert.equal((error.cause as Error).message, 'no more');
  const gone = new AbortController();
  const waiting = failed(client.reserve(one, { signal: gone.signal }), 'aborted');
  gone.abort();
  assert.equal((await waiting).mayHaveTakenEffect, false);
  await accepted(client.pool('tea'));
  assert.deepEqual(lines(), ['GET /v1/pools/tea']);
});

// Connections that break at the worst moments, made by a real proxy: every command takes effect once
// or not at all, and the caller learns which, or that nobody can say.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { type ClientOptions, HoldfastClient } from '../../src/client/index.ts';
import { ServedShop } from '../http/served-shop.ts';
import { accepted, failed, refused } from './expectations.ts';
import { type Fault, FaultyProxy } from './faulty-proxy.ts';
import { ManualClientTime } from './manual-client-time.ts';

let shop: ServedShop;
let proxy: FaultyProxy;
beforeEach(async () => {
  shop = await ServedShop.open();
  await shop.fill('tea', 100);
  proxy = await FaultyProxy.open(shop.url);
});
afterEach(async () => {
  await proxy.close();
  await shop.close();
});

const one = { lines: [{ pool: 'tea', quantity: 1 }] };
/** However slow the machine, no attempt is given up. */
const quick = { firstMs: 1, mostMs: 4, attemptMs: 60_000 };
const open = (options: Partial<ClientOptions> = {}) =>
  new HoldfastClient({ url: proxy.url, timeoutMs: 60_000, retry: quick, ...options });

/** Does this to the first requests, then nothing. */
function first(...faults: Fault[]): void {
  proxy.fault = (_, count) => faults[count] ?? 'none';
}

for (const fault of ['cut-before', 'cut-after', 'cut-within', 502, 503, 429] as const) {
  test(`${fault}, three times: sent again under its key, with one effect`, async () => {
    first(fault, fault, fault);
    const { id } = await accepted(open().reserve(one));
    assert.equal(proxy.seen.length, 4);
    assert.deepEqual(new Set(proxy.seen.map(({ key }) => key)), new Set([proxy.seen[0]!.key]));
    assert.match(proxy.seen[0]!.key!, /^[0-9a-f-]{36}$/);
    assert.deepEqual(await shop.balances('tea'), [99, 1, 0]);
    first();
    assert.equal((await accepted(open().confirm({ reservation: id }))).status, 'CONFIRMED');
  });
}

test('the answer after a cut is that of the first time, and says so', async () => {
  first('cut-after');
  const answer = await open().receive({ pool: 'tea', quantity: 5 });
  assert.deepEqual([answer.ok, answer.ok && answer.repeated], [true, true]);
  assert.deepEqual(await shop.balances('tea'), [105, 0, 0]);
});

test('the last unit, cut after it was sold to this very caller: a success', async () => {
  await shop.fill('last', 1);
  first('cut-after', 'cut-after');
  await accepted(open().reserve({ lines: [{ pool: 'last', quantity: 1 }] }));
  assert.deepEqual(await shop.balances('last'), [0, 1, 0]);
});

test('what is refused for good is not sent again; reads are', async () => {
  const client = open();
  await refused(client.reserve({ lines: [{ pool: 'tea', quantity: 101 }] }), 'insufficient-stock');
  await refused(client.pool('nowhere'), 'unknown-pool');
  await refused(client.receive({ pool: 'tea', quantity: -1 }), 'invalid-request');
  assert.equal(proxy.seen.length, 3);
  proxy.seen.length = 0;
  first('cut-after', 503, 'cut-before');
  assert.equal((await accepted(client.pool('tea'))).available, 100);
  assert.equal(proxy.seen.length, 4);
});

test('Retry-After is honoured, with jitter on top', async () => {
  const time = new ManualClientTime();
  proxy.headers = 'Retry-After: 3\r\n';
  first(503);
  const call = open({ time, random: () => 0.5, retry: { firstMs: 400 } }).reserve(one);
  await time.waits(3_200, 3_216);
  time.passMs(3_100);
  assert.equal(proxy.seen.length, 1);
  time.passMs(200);
  await accepted(call);
  assert.equal(proxy.seen.length, 2);
});

test('the wait doubles, with full jitter, up to its bound', async () => {
  const time = new ManualClientTime();
  first('cut-before', 'cut-before', 'cut-before', 'cut-before');
  const retry = { firstMs: 100, mostMs: 350 };
  const call = open({ time, random: () => 0.9, retry }).receive({ pool: 'tea', quantity: 1 });
  for (const waitMs of [90, 180, 315, 315]) {
    await time.waits(waitMs, waitMs + 16);
    time.passMs(waitMs + 16);
  }
  await accepted(call);
});

test('never an answer: thrown with the key, which then tells what became of it', async () => {
  const time = new ManualClientTime();
  proxy.fault = (_, count) => (count === 0 ? 'cut-after' : 'hold');
  const client = open({ time, timeoutMs: 10_000, random: () => 0 });
  const call = failed(client.reserve(one), 'outcome-unknown');
  await time.waits(0, 16);
  time.passMs(16);
  await proxy.sawRequests(2);
  time.passMs(9_900);
  assert.equal(proxy.seen[1]!.key, proxy.seen[0]!.key);
  time.passMs(100);
  const error = await call;
  assert.ok(error.mayHaveTakenEffect);
  assert.deepEqual([error.attempts, error.key], [2, proxy.seen[0]!.key]);
  first();
  const answer = await client.reserve(one, { key: error.key! });
  assert.ok(answer.ok && answer.repeated);
  assert.deepEqual(await shop.balances('tea'), [99, 1, 0]);
});

test('without retries the first cut is the end', async () => {
  first('cut-after', 429);
  const client = open({ retry: false });
  const error = await failed(client.reserve(one), 'outcome-unknown');
  assert.deepEqual([error.attempts, error.mayHaveTakenEffect], [1, true]);
  const { mayHaveTakenEffect } = await failed(client.reserve(one), 'unreachable');
  assert.equal(mayHaveTakenEffect, false);
});

test('a server that is not there: thrown, and for a read nothing was changed', async () => {
  const client = open({ timeoutMs: 60 });
  await proxy.close();
  assert.ok((await failed(client.reserve(one), 'outcome-unknown')).mayHaveTakenEffect);
  assert.equal((await failed(client.pool('tea'), 'unreachable')).mayHaveTakenEffect, false);
  proxy = await FaultyProxy.open(shop.url);
});

// A challenge at the door of a sale: asked for, solved, used once, by whom it was made for; harder for who is odd.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, test } from 'node:test';
import { type Challenge, solveChallenge } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/sha';
import type { ChallengeKind } from '../../src/admission/challenge/challenge-kind.ts';
import { siteverifyChallenge } from '../../src/admission/challenge/siteverify.ts';
import { problemOf, type Reply, ServedShop } from './served-shop.ts';

let shop: ServedShop;
afterEach(() => shop.close());

const LINES = [{ pool: 'kettle', quantity: 1 }];

async function opened(challenge: object, admission: object = {}, sales = ['spring']) {
  shop = await ServedShop.open({ trustProxy: ['127.0.0.1'], admission });
  await shop.fill('kettle', 1_000);
  for (const sale of sales) {
    const draft = { sale, items: [{ from: 'kettle', quantity: 100 }], challenge };
    const drafted = await shop.post('/v1/sales', draft);
    assert.equal(drafted.status, 201, JSON.stringify(drafted.body));
    assert.deepEqual(drafted.body.challenge, challenge);
    for (const verb of ['arm', 'open']) {
      assert.equal((await shop.post(`/v1/sales/${sale}/${verb}`)).status, 200);
    }
  }
}

const from = (address: string) => ({ 'x-forwarded-for': address });
const buy = (buyer: string, challenge?: string, headers = {}, sale = 'spring'): Promise<Reply> =>
  shop.post(`/v1/sales/${sale}/checkout`, { buyer, lines: LINES, challenge }, headers);

async function challengeFor(buyer: string, headers = {}): Promise<Challenge> {
  const path = `/v1/sales/spring/challenge?buyer=${buyer}`;
  const reply = await shop.call('GET', path, undefined, headers);
  assert.equal(reply.status, 200);
  assert.equal(reply.headers.get('cache-control'), 'no-store');
  return reply.body;
}

const packed = (challenge: object, solution: object) =>
  Buffer.from(JSON.stringify({ challenge, solution })).toString('base64');

async function solved(challenge: Challenge): Promise<string> {
  return packed(challenge, (await solveChallenge({ challenge, deriveKey }))!);
}

test('who solved the challenge buys, once; the same command again is answered again', async () => {
  await opened({ kind: 'altcha', from: 0, cost: 1 });
  const asked = problemOf(await buy('ann'), 429, 'challenge-required');
  assert.equal(asked.challenge, '/v1/sales/spring/challenge?buyer=ann');
  const solution = await solved((await shop.get(asked.challenge)).body);
  const key = { 'idempotency-key': 'k-1' };
  const first = await buy('ann', solution, key);
  assert.equal(first.status, 202);
  const again = await buy('ann', solution, key);
  assert.deepEqual([again.status, again.body.orderId], [202, first.body.orderId]);
  const replayed = problemOf(await buy('ann', solution), 403, 'challenge-failed');
  assert.equal(replayed.reason, 'used');
});

test('no other solution gets in: forged, of another buyer or sale, or too late', async () => {
  await opened({ kind: 'altcha', from: 0, cost: 1 }, {}, ['spring', 'summer']);
  const why = async (solution: string, buyer = 'ann', sale = 'spring') =>
    problemOf(await buy(buyer, solution, {}, sale), 403, 'challenge-failed').reason;
  const challenge = await challengeFor('ann');
  const solution = await solved(challenge);
  const { solution: found } = JSON.parse(Buffer.from(solution, 'base64').toString());
  assert.equal(await why(solution, 'bob'), 'of-another');
  assert.equal(await why(solution, 'ann', 'summer'), 'of-another');
  const { parameters } = challenge;
  const data = { ...parameters.data, buyer: 'bob' };
  const forged = [
    'nonsense',
    Buffer.from('{}').toString('base64'),
    Buffer.from('null').toString('base64'),
    packed(challenge, {}),
    packed(challenge, { ...found, counter: found.counter + 1 }),
    packed({ ...challenge, parameters: { ...parameters, keyPrefix: '0' } }, found),
    packed({ ...challenge, parameters: { ...parameters, data } }, found),
    packed({ ...challenge, parameters: { ...parameters, nonce: 5 } }, found),
    packed({ parameters }, found),
    packed({ ...challenge, signature: '' }, found),
  ];
  for (const text of forged) assert.equal(await why(text, 'bob'), 'wrong', text);
  // Written otherwise it is the same challenge.
  assert.equal((await buy('ann', solution)).status, 202);
  const { signature } = challenge;
  const other = packed({ ...challenge, signature: signature!.toUpperCase() }, found);
  assert.match(await why(other), /used|wrong/);
  const late = await solved(await challengeFor('cyd'));
  shop.time.passMs(120_000);
  assert.equal(await why(late, 'cyd'), 'expired');
});

test('only who is odd is asked, and the odder they are the harder it is', async () => {
  await opened({ kind: 'altcha', from: 20, cost: 2 });
  const bots = Array.from({ length: 7 }, (_, count) =>
    buy(`b${count}`, undefined, from('10.0.0.9')),
  );
  for (const reply of await Promise.all(bots)) assert.equal(reply.status, 202);
  const asked = await buy('b9', undefined, from('10.0.0.9'));
  problemOf(asked, 429, 'challenge-required');
  assert.equal((await buy('ann', undefined, from('10.0.0.10'))).status, 202);
  const [hard, plain] = [
    await challengeFor('b9', from('10.0.0.9')),
    await challengeFor('ann', from('10.0.0.10')),
  ];
  assert.deepEqual([hard.parameters.cost, plain.parameters.cost], [4, 2]);
  assert.equal((await buy('b9', await solved(hard), from('10.0.0.9'))).status, 202);
});

test('a program brings kinds of its own; a sale asks for none that is not there', async () => {
  const picture: ChallengeKind = {
    name: 'picture',
    create: ({ buyer }) => ({ image: `/pictures/${buyer}` }),
    verify: (solution, { buyer, nowMs }) =>
      solution === `cat ${buyer}`
        ? { ok: true, id: solution, untilMs: nowMs + 60_000 }
        : { ok: false, why: 'wrong' },
  };
  await opened({ kind: 'picture', from: 0 }, { challenges: [picture] });
  assert.deepEqual(await challengeFor('ann'), { image: '/pictures/ann' });
  problemOf(await buy('ann', 'dog ann'), 403, 'challenge-failed');
  assert.equal((await buy('ann', 'cat ann')).status, 202);
  assert.equal(problemOf(await buy('ann', 'cat ann'), 403, 'challenge-failed').reason, 'used');
  const draft = { items: [{ from: 'kettle', quantity: 1 }], challenge: { kind: 'maze', from: 0 } };
  const unknown = await shop.put('/v1/sales/autumn', draft);
  assert.equal(problemOf(unknown, 400, 'invalid-request').field, 'challenge/kind');
  await shop.put('/v1/sales/autumn', { items: draft.items });
  problemOf(await shop.get('/v1/sales/autumn/challenge'), 404, 'no-challenge');
  problemOf(await shop.get('/v1/sales/none/challenge'), 404, 'unknown-sale');
});

test('a hosted service is asked, once of each command; while it cannot be, nobody gets in', async () => {
  const asked: URLSearchParams[] = [];
  const good = new Set(['good', 'good-1']);
  const service = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const form = new URLSearchParams(text);
    asked.push(form);
    // Such a service takes each of its tokens once.
    const success = good.delete(form.get('response')!) && form.get('secret') === 's-1';
    const padding = 'x'.repeat(500);
    response.end(JSON.stringify({ padding, success, 'error-codes': [] }));
  });
  await new Promise<void>((listening) => service.listen(0, '127.0.0.1', listening));
  service.unref();
  const { port } = service.address() as AddressInfo;
  const hosted = siteverifyChallenge({
    name: 'hosted',
    url: `http://127.0.0.1:${port}/siteverify`,
    secret: 's-1',
    siteKey: 'site-1',
    privateRanges: ['127.0.0.0/8'],
  });
  await opened({ kind: 'hosted', from: 0 }, { challenges: [hosted] });
  assert.deepEqual(await challengeFor('ann'), { kind: 'hosted', siteKey: 'site-1' });
  problemOf(await buy('ann', 'bad'), 403, 'challenge-failed');
  assert.equal((await buy('ann', 'good', from('203.0.113.9'))).status, 202);
  assert.equal(asked.at(-1)!.get('remoteip'), '203.0.113.9');
  assert.equal(problemOf(await buy('bob', 'good'), 403, 'challenge-failed').reason, 'used');
  const key = { 'idempotency-key': 'k-1' };
  const first = await buy('dan', 'good-1', key);
  const times = asked.length;
  const again = await buy('dan', 'good-1', key);
  assert.deepEqual([again.status, again.body], [202, first.body]);
  assert.equal(again.headers.get('Idempotency-Replayed'), 'true');
  assert.equal(asked.length, times, 'it was asked of the service again');
  await new Promise((closed) => service.close(closed));
  problemOf(await buy('cyd', 'good-2'), 503, 'unavailable');
});

test('who is odd is listed with reasons, and what was decided stands in the journal, once', async () => {
  await opened({ kind: 'altcha', from: 20, cost: 1 });
  for (let count = 0; count < 40; count += 1) {
    await buy(`b${count}`, undefined, from('203.0.113.9'));
  }
  await buy('ann', undefined, from('203.0.113.10'));
  const { anomalies } = (await shop.get('/v1/anomalies')).body;
  assert.equal(anomalies.length, 1);
  const { kind, value, score, reasons, denied } = anomalies[0];
  assert.deepEqual([kind, value, score, denied], ['address', '203.0.113.9', 70, false]);
  assert.deepEqual(reasons[0], { reason: 'accounts-per-address', count: 32 });
  await shop.put('/v1/deny-list/address/203.0.113.9', { for: '1h', reason: 'bots' });
  assert.equal((await shop.get('/v1/anomalies')).body.anomalies[0].denied, true);
  for (let count = 0; count < 20; count += 1) {
    problemOf(await buy(`c${count}`, undefined, from('203.0.113.9')), 403, 'denied');
  }
  await shop.server.close();
  const entries = await shop.stock.engine.entries({ after: 0, limit: 1_000 });
  const told = entries
    .flatMap(({ events }) => events)
    .filter(({ type }) => type === 'anomaly.decided');
  const decisions = told.map(({ subject, data }) => [subject, data!.kind, data!.decision]);
  assert.deepEqual(decisions, [
    ['sale:spring', 'address', 'challenged'],
    ['sale:spring', 'address', 'denied'],
  ]);
  assert.match(String(told[0]!.data!.value), /^[a-z2-7]{16}$/);
  assert.equal(told[1]!.data!.value, '203.0.113.9');
});

// A solution of a challenge is good once: for a server that starts again, and for several that share a Redis.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, describe, test } from 'node:test';
import { type Challenge, solveChallenge } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/sha';
import type { ChallengeKind } from '../../src/admission/challenge/challenge-kind.ts';
import type { AdmissionOptions } from '../../src/http/door/open-admission.ts';
import { type RunningServer, startServer } from '../../src/http/server.ts';
import { parseAdmission } from '../../src/redis-admission/address.ts';
import { openRedisAdmission } from '../../src/redis-admission/open-redis-admission.ts';
import { ownRedisMissing, type RedisServer, startRedis } from '../support/redis.ts';
import { problemOf, type Reply, ServedShop } from './served-shop.ts';

const SECRET = 'one secret for all servers of a shop';

let shop: ServedShop;
let second: RunningServer | undefined;

afterEach(async () => {
  await second?.close();
  second = undefined;
  await shop.close();
});

async function opened(admission: AdmissionOptions, kind = 'altcha') {
  shop = await ServedShop.open({ admission });
  await shop.fill('kettle', 1_000);
  const items = [{ from: 'kettle', quantity: 100 }];
  const challenge = { kind, from: 0, cost: 1 };
  assert.equal((await shop.post('/v1/sales', { sale: 'spring', items, challenge })).status, 201);
  for (const verb of ['arm', 'open']) {
    assert.equal((await shop.post(`/v1/sales/spring/${verb}`)).status, 200);
  }
}

async function another(admission: AdmissionOptions) {
  second = await startServer({ stock: shop.stock, port: 0, admission });
  return second.url;
}

async function solved(buyer: string): Promise<string> {
  const path = `/v1/sales/spring/challenge?buyer=${buyer}`;
  const challenge: Challenge = (await shop.get(path)).body;
  const solution = await solveChallenge({ challenge, deriveKey });
  return Buffer.from(JSON.stringify({ challenge, solution })).toString('base64');
}

async function buyAt(
  url: string,
  { buyer, challenge, key = randomUUID() }: { buyer: string; challenge: string; key?: string },
): Promise<Reply> {
  const response = await fetch(`${url}/v1/sales/spring/checkout`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({ buyer, challenge, lines: [{ pool: 'kettle', quantity: 1 }] }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

test('a server that starts again takes none that may have been used before', async () => {
  await opened({ secret: SECRET });
  const solution = await solved('ann');
  assert.equal((await buyAt(shop.url, { buyer: 'ann', challenge: solution })).status, 202);
  shop.time.passMs(1);
  const url = await another({ secret: SECRET });
  const replayed = problemOf(
    await buyAt(url, { buyer: 'ann', challenge: solution }),
    403,
    'challenge-failed',
  );
  assert.equal(replayed.reason, 'expired');
  assert.equal((await buyAt(url, { buyer: 'bob', challenge: await solved('bob') })).status, 202);
});

describe('servers that share a Redis', { skip: ownRedisMissing() ?? false }, () => {
  let redis: RedisServer;
  before(async () => {
    redis = await startRedis();
  });
  after(() => redis?.remove());

  test('take a solution once, whichever is asked', async () => {
    const name = randomUUID();
    const open = () => openRedisAdmission(parseAdmission(`${redis.address}?name=${name}`));
    await opened(await open());
    const used = await solved('ann');
    assert.equal((await buyAt(shop.url, { buyer: 'ann', challenge: used })).status, 202);
    shop.time.passMs(1);
    const fresh = await solved('bob');
    const url = await another(await open());
    const replayed = problemOf(
      await buyAt(url, { buyer: 'ann', challenge: used }),
      403,
      'challenge-failed',
    );
    assert.equal(replayed.reason, 'used');
    assert.equal((await buyAt(url, { buyer: 'bob', challenge: fresh })).status, 202);
    assert.equal(
      problemOf(await buyAt(shop.url, { buyer: 'bob', challenge: fresh }), 403, 'challenge-failed')
        .reason,
      'used',
    );
    const last = await solved('cyd');
    await redis.kill();
    assert.equal((await buyAt(url, { buyer: 'cyd', challenge: last })).status, 503);
    await redis.restart();
  });

  test('do not verify again what a command used that comes again', async () => {
    const verified: string[] = [];
    const token: ChallengeKind = {
      name: 'token',
      create: () => ({}),
      idOf: (solution) => `token ${solution}`,
      verify(solution, { nowMs }) {
        verified.push(solution);
        return { ok: true, id: `token ${solution}`, untilMs: nowMs + 60_000 };
      },
    };
    const name = randomUUID();
    const open = async () => ({
      ...(await openRedisAdmission(parseAdmission(`${redis.address}?name=${name}`))),
      challenges: [token],
    });
    await opened(await open(), 'token');
    const asked = { buyer: 'ann', challenge: 'good', key: 'k-1' };
    const first = await buyAt(shop.url, asked);
    assert.equal(first.status, 202);
    const url = await another(await open());
    const again = await buyAt(url, asked);
    assert.deepEqual([again.status, again.body], [202, first.body]);
    const stolen = await buyAt(url, { ...asked, buyer: 'bob', key: 'k-2' });
    assert.equal(problemOf(stolen, 403, 'challenge-failed').reason, 'used');
    assert.deepEqual(verified, ['good']);
  });
});

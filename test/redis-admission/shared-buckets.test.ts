// Buckets that two servers share in a real Redis: together they admit what one would, and each goes on alone while
// Redis is away.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it, type TestContext } from 'node:test';
import type { BucketAsked, Taken } from '../../src/admission/buckets.ts';
import { once } from '../../src/engines/conformance/once.ts';
import { parseAdmission } from '../../src/redis-admission/address.ts';
import { openRedisAdmission } from '../../src/redis-admission/open-redis-admission.ts';
import { ask } from '../support/redis/server.ts';
import { ownRedisMissing, provideRedis, redisMissing, startRedis } from '../support/redis.ts';

async function opened(t: TestContext, at: string, name: string) {
  const admission = await openRedisAdmission(parseAdmission(`${at}?name=${name}`));
  t.after(() => admission.close?.());
  return { ...admission, buckets: admission.buckets! };
}

/** Of what takes 0.4 s by the rate. */
const GIVE_UP_SECONDS = 30;

/** Two servers of one shop. */
async function two(t: TestContext) {
  const at = await provideRedis();
  const name = randomUUID();
  return [await opened(t, at, name), await opened(t, at, name)] as const;
}

const asking = (perSecond: number, burst: number, key = 'spring'): BucketAsked[] => [
  { rule: { name: 'sale', perSecond, burst }, key },
];

describe('buckets in Redis', { skip: redisMissing() ?? false }, () => {
  it('admit one burst, whichever of two servers is asked', async (t) => {
    const [one, other] = await two(t);
    const asked = asking(0.001, 50);
    const tried = Array.from({ length: 400 }, async (_, count) =>
      (count % 2 === 0 ? one : other).buckets.take(asked),
    );
    const taken = await Promise.all(tried);
    assert.equal(taken.filter(({ isAdmitted }) => isAdmitted).length, 50);
    const { looks } = await other.buckets.take(asked);
    assert.equal(looks[0]!.remaining, 0);
    assert.ok(looks[0]!.waitMs > 900_000 && looks[0]!.waitMs <= 1_000_000);
    assert.ok(looks[0]!.fullInMs > 49_000_000 && looks[0]!.fullInMs <= 50_000_000);
  });

  it('then as many as come in, by its own clock', async (t) => {
    const [one, other] = await two(t);
    const asked = asking(500, 10);
    const beganMs = performance.now();
    let admitted = 0;
    // As often as it can be asked in that time: how often that is says how quick the machine is.
    for (let tries = 0; admitted < 200; tries += 1) {
      const taken = await (tries % 2 === 0 ? one : other).buckets.take(asked);
      if (taken.isAdmitted) admitted += 1;
      // A refusal that was remembered takes no time: let a reply come in.
      else await new Promise(setImmediate);
      const seconds = (performance.now() - beganMs) / 1_000;
      assert.ok(admitted <= 10 + 500 * seconds + 1, `${admitted} in ${seconds} s`);
      assert.ok(seconds < GIVE_UP_SECONDS, `${admitted} in ${seconds} s`);
    }
  });

  it('take from all of several, or from none', async (t) => {
    const [one, other] = await two(t);
    const ask = async (server: typeof one, buyer: string): Promise<Taken> =>
      server.buckets.take([
        ...asking(0.001, 10),
        { rule: { name: 'buyer', perSecond: 0.001, burst: 1 }, key: buyer },
      ]);
    assert.equal((await ask(one, 'ann')).isAdmitted, true);
    for (let count = 0; count < 20; count += 1) {
      assert.equal((await ask(count % 2 === 0 ? one : other, 'ann')).isAdmitted, false);
    }
    assert.equal((await ask(other, 'bob')).looks[0]!.remaining, 8);
  });

  it('have one secret, whichever server comes first', async (t) => {
    const [one, other] = await two(t);
    assert.ok(one.secret!.length >= 32);
    assert.equal(one.secret, other.secret);
  });
});

describe('buckets whose Redis goes away', { skip: ownRedisMissing() ?? false }, () => {
  it('are kept by each server by itself until it is back', async (t) => {
    const redis = await startRedis();
    const { buckets } = await opened(t, redis.address, 'shop');
    t.after(() => redis.remove());
    const take = async (key: string) => buckets.take(asking(0.001, 3, key));
    assert.equal((await take('a')).looks[0]!.remaining, 2);
    await redis.kill();
    const alone: boolean[] = [];
    for (let count = 0; count < 5; count += 1) alone.push((await take('b')).isAdmitted);
    assert.deepEqual(alone, [true, true, true, false, false]);
    await redis.restart();
    const asksAgain = async () => {
      await take('c');
      return ask(redis.address, ['EXISTS', 'shop:admission:bucket:sale:c']);
    };
    assert.equal(await once(asksAgain, (found) => found === 1), 1);
  });

  it('find their secret again in a Redis that came back without it', async (t) => {
    const redis = await startRedis();
    const first = await opened(t, redis.address, 'shop');
    await redis.kill();
    await redis.restart();
    await ask(redis.address, ['FLUSHALL']);
    await redis.kill();
    await redis.restart();
    const kept = async () => ask(redis.address, ['GET', 'shop:admission:secret']);
    assert.equal(await once(kept, (found) => found !== null), first.secret);
    const second = await opened(t, redis.address, 'shop');
    t.after(() => redis.remove());
    assert.equal(second.secret, first.secret);
  });

  it('do not keep a server from starting', async (t) => {
    const redis = await startRedis();
    await redis.kill();
    const { buckets, secret } = await opened(t, redis.address, 'shop');
    t.after(() => redis.remove());
    assert.equal(secret, undefined);
    assert.equal((await buckets.take(asking(1, 1))).isAdmitted, true);
  });
});

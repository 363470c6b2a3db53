// What `--queue redis://...` may say, and what is shown of it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRedisQueue, shownRedisQueue } from '../../src/redis-queue/address.ts';

test('an address names a Redis, a queue and its streams', () => {
  assert.deepEqual(parseRedisQueue('redis://cache:6380/2'), {
    url: 'redis://cache:6380/2',
    queue: 'holdfast',
    streams: 16,
    keepMs: 0,
  });
  assert.deepEqual(parseRedisQueue('rediss://cache?queue=shop&streams=4&keepMs=60000'), {
    url: 'rediss://cache',
    queue: 'shop',
    streams: 4,
    keepMs: 60_000,
  });
});

for (const [text, why] of [
  ['nothing', /must be an address/],
  ['redis://cache?queue=a%20b', /no name of a queue/],
  ['redis://cache?streams=0', /streams=/],
  ['redis://cache?streams=1.5', /streams=/],
  ['redis://cache?keepMs=-1', /keepMs=/],
] as const) {
  test(`${text} is refused`, () => assert.throws(() => parseRedisQueue(text), why));
}

test('a password is not shown', () => {
  const shown = shownRedisQueue(parseRedisQueue('redis://me:secret@cache/0?queue=shop'));
  assert.equal(shown, 'redis://me:***@cache/0?queue=shop');
});

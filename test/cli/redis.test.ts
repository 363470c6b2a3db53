// The command line over a real Redis with its record in PostgreSQL: two servers sell one stock, verify and
// export read the record, and what is missing is said in one line.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { keysOf } from '../../src/engines/redis/keys.ts';
import { type FreshSchema, freshSchema, postgresMissing } from '../support/postgres.ts';
import { ask } from '../support/redis/server.ts';
import {
  type FreshNamespace,
  freshNamespace,
  provideRedis,
  redisMissing,
} from '../support/redis.ts';
import { run, type Started, seen, start } from './cli-process.ts';

const missing = redisMissing() ?? postgresMissing();

async function post(url: string, path: string, body: object, method = 'POST') {
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

describe('the command line over Redis', { skip: missing ?? false }, () => {
  let namespace: FreshNamespace;
  let schema: FreshSchema;
  let store: string[];
  before(async () => {
    namespace = await freshNamespace();
    schema = await freshSchema();
    store = ['--engine', namespace.address, '--record', schema.address];
  });
  after(async () => {
    await namespace?.drop();
    await schema?.drop();
  });

  test('two servers sell one stock, and the record tells of it', async () => {
    const servers: Started[] = [];
    const serving = async () => {
      const server = start(['serve', '--port', '0', '--ack', 'recorded', '--json', ...store]);
      servers.push(server);
      return JSON.parse((await seen(server.child.stdout, /\{.*\}/))[0]).url as string;
    };
    const [one, other] = [await serving(), await serving()];
    assert.equal((await post(one, '/v1/pools/tea', {}, 'PUT')).status, 201);
    assert.equal((await post(one, '/v1/pools/tea/receive', { quantity: 2 })).status, 200);
    const line = { lines: [{ pool: 'tea', quantity: 1 }] };
    const statuses = [];
    for (const url of [one, other, one]) {
      statuses.push((await post(url, '/v1/reservations', line)).status);
    }
    assert.deepEqual(statuses, [201, 201, 409]);
    const shown = await fetch(`${other}/v1/pools/tea`).then((response) => response.json());
    assert.partialDeepStrictEqual(shown, { available: 0, held: 2 });
    for (const { child, ended } of servers) {
      child.kill('SIGTERM');
      assert.equal((await ended).code, 0);
    }
    const verified = await run(['verify', '--json', '--quiet', ...store]);
    assert.equal(verified.code, 0, verified.stderr + verified.stdout);
    const exported = await run(['export', ...store]);
    const types = exported.stdout.match(/reservation\.held/g);
    assert.equal(types?.length, 2);
  });

  test('what was changed beside the store is found, explained and repaired', async () => {
    const value = `local value = { cmsgpack.unpack(redis.call('HGET', KEYS[1], 'tea')) }
      for at, each in ipairs(value) do
        if each == 'available' then value[at + 1] = value[at + 1] + 5 end
      end
      redis.call('HSET', KEYS[1], 'tea', cmsgpack.pack(unpack(value)))`;
    const { owners } = keysOf(namespace.namespace);
    await ask(namespace.address, ['EVAL', value, '1', owners]);
    const found = await run(['reconcile', '--json', '--quiet', ...store]);
    assert.equal(found.code, 1, found.stderr);
    assert.equal(found.stderr, '');
    const [difference] = JSON.parse(found.stdout).differences;
    assert.partialDeepStrictEqual(difference, {
      ...{ what: 'balance', id: 'tea', of: 'tea/available', redis: 5, record: 0, done: 'found' },
      why: 'no entry accounts for it: it was changed in Redis beside the store',
      last: [{}, {}, { events: ['reservation.held'] }],
    });
    const repaired = await run(['reconcile', '--repair', ...store]);
    assert.equal(repaired.code, 0, repaired.stderr);
    assert.match(repaired.stdout, /tea\/available: Redis has 5, the record 0 \(mended\)/);
    assert.match(repaired.stderr, /Comparing/);
    const agreed = await run(['reconcile', '--quiet', ...store]);
    assert.equal(agreed.stdout, 'Redis and its record agree.\n');
    assert.equal(agreed.code, 0);
  });

  test('what Redis has lost is rebuilt by hand', async () => {
    const there = await run(['rebuild', '--json', ...store]);
    assert.equal(JSON.parse(there.stdout).rebuilt, false, there.stderr);
    await ask(await provideRedis(), ['DEL', ...keysOf(namespace.namespace).all]);
    const refused = await run(['verify', '--quiet', ...store]);
    assert.match(refused.stderr, /must be rebuilt/);
    const rebuilt = await run(['rebuild', ...store]);
    assert.equal(rebuilt.code, 0, rebuilt.stderr);
    assert.match(rebuilt.stdout, /^rebuild: \d+ documents of 1 owners in [\d.]+ s, epoch 2\n$/);
    assert.equal((await run(['verify', '--quiet', ...store])).code, 0);
    const compared = await run(['reconcile', '--quiet', ...store]);
    assert.equal(compared.stdout, 'Redis and its record agree.\n', compared.stderr);
  });

  test('without a record, and with one where there is no Redis', async () => {
    const cases: [args: string[], says: RegExp][] = [
      [['verify', '--engine', namespace.address], /needs what remembers it: --record/],
      [['verify', '--engine', 'memory:', '--record', schema.address], /is for a store in Redis/],
      [['verify', ...store, '--namespace', 'a b'], /is no namespace/],
      [['rebuild', '--engine', namespace.address], /needs what remembers it: --record/],
    ];
    for (const [args, says] of cases) {
      const ended = await run(args);
      assert.equal(ended.code, 2, ended.stderr);
      assert.match(ended.stderr, says);
      assert.match(ended.stderr, /^holdfast: .*\n$/, 'one line');
    }
  });
});

// The command line over a real Redis with its record in PostgreSQL: two servers sell one stock, verify and
// export read the record, and what is missing is said in one line.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type FreshSchema, freshSchema, postgresMissing } from '../support/postgres.ts';
import { type FreshNamespace, freshNamespace, redisMissing } from '../support/redis.ts';
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

  test('without a record, and with one where there is no Redis', async () => {
    const cases: [args: string[], says: RegExp][] = [
      [['verify', '--engine', namespace.address], /needs what remembers it: --record/],
      [['verify', '--engine', 'memory:', '--record', schema.address], /is for a store in Redis/],
      [['verify', ...store, '--namespace', 'a b'], /is no namespace/],
    ];
    for (const [args, says] of cases) {
      const ended = await run(args);
      assert.equal(ended.code, 2, ended.stderr);
      assert.match(ended.stderr, says);
      assert.match(ended.stderr, /^holdfast: .*\n$/, 'one line');
    }
  });
});

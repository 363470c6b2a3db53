// A Redis that could lose turns is refused at the start, with what to set; one that is away is not, because turns
// wait until it is back.

import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { parseRedisQueue } from '../../src/redis-queue/address.ts';
import { openRedisQueue } from '../../src/redis-queue/open-redis-queue.ts';
import { run } from '../cli/cli-process.ts';
import { ask } from '../support/redis/server.ts';
import { ownRedisMissing, type RedisServer, startRedis } from '../support/redis.ts';

const opened = (address: string) => openRedisQueue(parseRedisQueue(address), {});

describe('a Redis for turns', { skip: ownRedisMissing() ?? false }, () => {
  const servers: RedisServer[] = [];

  async function started(settings: Record<string, string> = {}): Promise<RedisServer> {
    const server = await startRedis(settings);
    servers.push(server);
    return server;
  }

  afterEach(async () => {
    for (const server of servers.splice(0)) await server.remove();
  });

  for (const [settings, say] of [
    [
      { 'maxmemory-policy': 'volatile-lru' },
      /cannot keep turns: .*set maxmemory-policy noeviction/,
    ],
    [{ appendonly: 'no' }, /cannot keep turns: .*; set appendonly yes$/],
  ] as const) {
    test(`${JSON.stringify(settings)} is refused`, async () => {
      const { address } = await started(settings);
      await assert.rejects(opened(address), { code: 'unavailable', message: say });
    });
  }

  test('as a replica is, and another number of streams than the queue has', async () => {
    const [master, replica] = [await started(), await started()];
    await (await opened(`${master.address}?streams=4`)).close();
    await assert.rejects(opened(`${master.address}?streams=5`), { message: /say streams=4/ });
    await ask(replica.address, ['REPLICAOF', '127.0.0.1', new URL(master.address).port]);
    await assert.rejects(opened(replica.address), { message: /name the master/ });
  });

  test('the server does not start, and says why in one line', async () => {
    const { address } = await started({ appendonly: 'no' });
    const ended = await run(['serve', '--engine', 'memory:', '--port', '0', '--queue', address]);
    assert.equal(ended.code, 1);
    assert.match(
      ended.stderr,
      /^holdfast: --queue: this Redis cannot keep turns: .*appendonly yes\n$/,
    );
  });

  test('one that is away is not refused', async () => {
    const server = await started();
    await server.stop();
    const queue = await opened(server.address);
    await assert.rejects(queue.ready(), { code: 'unavailable' });
    await queue.close();
  });
});

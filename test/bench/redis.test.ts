// The benchmark of the Redis engine at its smallest, on a real Redis and a real record: every figure is there and
// whole, units are conserved, a store that lost a unit is found out, and nothing is left behind. How fast
// anything was is not looked at.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Figure } from '../../src/bench/figure.ts';
import { benchRedis, redisFiguresOn } from '../../src/bench/redis/redis.ts';
import { REDIS_SMALLEST } from '../../src/bench/redis/scale.ts';
import { postgresMissing } from '../support/postgres.ts';
import { RedisCluster } from '../support/redis/cluster-server.ts';
import { ask } from '../support/redis/server.ts';
import { provideRedis, redisClusterMissing, redisMissing } from '../support/redis.ts';
import { ROOT } from '../support/test-files.ts';
import { benchDatabase, benchSchemas } from './bench-database.ts';

const NUMBERS = ['value', 'yardstickValue', 'ratio', 'p50Ms', 'p99Ms', 'accepted'] as const;

describe('bench redis', { skip: redisMissing() ?? postgresMissing() ?? false }, () => {
  it('measures the engine, its server and its recorder, and leaves nothing behind', async () => {
    const figures = await measured({});
    const all = redisFiguresOn(await provideRedis());
    assert.deepEqual(
      figures.map(({ name }) => name),
      all,
    );
    figures.forEach(assertWhole);
    await assertGone();
  });

  it('tells what is measured on a cluster alone', async () => {
    const message =
      'redis.cluster is measured on a cluster: name it with --engine redis+cluster://host';
    await assert.rejects(measured({ only: 'redis.cluster' }), { name: 'RangeError', message });
  });

  it('says so when a unit is missing', async () => {
    const scale = { ...REDIS_SMALLEST, slices: 2 };
    const url = await provideRedis();
    const say = async (line: string) => {
      if (line.includes('slice 1/2')) await spoiled(url);
    };
    const [figure] = await measured({ scale, only: 'redis.reserve.spread', say });
    assert.equal(figure!.conserved, false);
    await assertGone();
  });
});

describe('bench redis on a cluster', {
  skip: redisClusterMissing() ?? postgresMissing() ?? false,
}, () => {
  it('measures the masters beside one of them, and leaves nothing behind', async (t) => {
    const cluster = await RedisCluster.start();
    t.after(() => cluster.remove());
    const engine = cluster.addressOf({ namespace: 'of-nobody', slots: 3 });
    const figures = await measured({ engine });
    assert.deepEqual(
      figures.map(({ name }) => name),
      redisFiguresOn(engine),
    );
    figures.forEach(assertWhole);
    for (const each of cluster.addresses) assert.deepEqual(await ask(each, ['KEYS', '*']), []);
    assert.deepEqual(await benchSchemas(), []);
  });
});

async function measured(options: Partial<Parameters<typeof benchRedis>[0]>): Promise<Figure[]> {
  const [engine, record] = [await provideRedis(), await benchDatabase()];
  const program = join(ROOT, 'bin/holdfast');
  const run = { engine, record, program, scale: REDIS_SMALLEST, say: () => {} };
  return benchRedis({ ...run, ...options });
}

function assertWhole(figure: Figure): void {
  for (const name of NUMBERS) assert.ok(figure[name] > 0, `${figure.name}: ${name}`);
  assert.ok(figure.conserved, figure.name);
}

/** A pool of the store that is there is lost. */
async function spoiled(url: string): Promise<void> {
  const [owners] = (await ask(url, ['KEYS', '{bench_*}:owners'])) as string[];
  assert.equal(await ask(url, ['HDEL', owners!, 'pool-0001']), 1);
}

async function assertGone(): Promise<void> {
  assert.deepEqual(await ask(await provideRedis(), ['KEYS', '*bench_*']), []);
  assert.deepEqual(await benchSchemas(), []);
}

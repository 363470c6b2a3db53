// Many clients at once on a few units, over engines that answer late and lose connections: what each
// was told is explained by one order. soak.ts records as many histories as one likes.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { postgresMissing } from '../support/postgres.ts';
import { needsPostgres, needsRedis } from '../support/postgres-kind.ts';
import { removeSharedCluster } from '../support/redis/shared-cluster.ts';
import { redisClusterMissing, redisMissing } from '../support/redis.ts';
import { runCampaign } from './campaign.ts';
import { ENGINES } from './engines.ts';
import { recordInProcess } from './in-process.ts';
import { PRODUCT } from './product.ts';

const SEED = Number(process.env.HOLDFAST_SEED ?? Date.now() % 1_000_000);
const HISTORIES = {
  ...{ memory: 60, sqlite: 30 },
  ...{ postgres: 20, 'postgres-conditional': 10, 'postgres-optimistic': 10 },
  ...{ coordinator: 10, redis: 15, 'memory-slots': 40, 'redis-slots': 4, 'redis-cluster-slots': 4 },
} as const;

after(removeSharedCluster);

for (const engine of Object.keys(HISTORIES) as (keyof typeof HISTORIES)[]) {
  const histories = HISTORIES[engine];
  const needed = engine === 'redis-cluster-slots' ? redisClusterMissing() : redisMissing();
  const missing = needsRedis(engine) ? needed : undefined;
  const skip = missing ?? (needsPostgres(engine) && (postgresMissing() ?? false));
  test(`${histories} histories over ${engine} (seed ${SEED})`, { skip }, async () => {
    const record = (seed: number) => recordInProcess(seed, ENGINES[engine], PRODUCT);
    // Of 200 over PostgreSQL the search gave up 1 to 9.
    const seedsMax = 2 * histories;
    const totals = await runCampaign({ record, seed: SEED, histories, seedsMax, engine });
    assert.equal(totals.failure, undefined, totals.failure);
    assert.equal(totals.decided, histories, `${totals.undecided} were not decided`);
    const overlap = totals.overlapping / totals.operations;
    assert.ok(overlap >= 0.5, `only ${Math.round(overlap * 100)} % of the operations overlapped`);
    assert.ok(totals.unknown > 0, 'no outcome was ever unknown');
  });
}

// Many clients at once on a few units in segments: what each was told is explained by one order of a shop that
// knows of none. soak.ts --segments 3 records as many histories as one likes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { postgresMissing } from '../support/postgres.ts';
import { redisMissing } from '../support/redis.ts';
import { runCampaign } from './campaign.ts';
import { ENGINES } from './engines.ts';
import { recordInProcess } from './in-process.ts';
import { PRODUCT } from './product.ts';

const SEED = Number(process.env.HOLDFAST_SEED ?? Date.now() % 1_000_000);
const HISTORIES = { memory: 40, postgres: 8, redis: 8 } as const;
const MISSING = {
  memory: undefined,
  postgres: postgresMissing(),
  redis: redisMissing() ?? postgresMissing(),
};

for (const engine of ['memory', 'postgres', 'redis'] as const) {
  const histories = HISTORIES[engine];
  const skip = MISSING[engine] ?? false;
  test(`${histories} histories over segments on ${engine} (seed ${SEED})`, { skip }, async () => {
    const kind = { ...ENGINES[engine], segments: 3 };
    const record = (seed: number) => recordInProcess(seed, kind, PRODUCT);
    const again = `${engine} --segments 3`;
    const seedsMax = 2 * histories;
    const totals = await runCampaign({ record, seed: SEED, histories, seedsMax, engine: again });
    assert.equal(totals.failure, undefined, totals.failure);
    assert.equal(totals.decided, histories, `${totals.undecided} were not decided`);
  });
}

// Pools that are sold in segments do what the naive shop does, which knows of none, and the same on every engine,
// entry by entry.

import { it } from 'node:test';
import { postgresMissing } from '../support/postgres.ts';
import { redisMissing } from '../support/redis.ts';
import { checkSequences } from './check.ts';

const RUNS = { memory: 500, sqlite: 15, postgres: 8, redis: 30 } as const;
const MISSING = {
  memory: undefined,
  sqlite: undefined,
  postgres: postgresMissing(),
  redis: redisMissing(),
};

for (const engine of ['memory', 'sqlite', 'postgres', 'redis'] as const) {
  const [runs, skip] = [RUNS[engine], MISSING[engine] ?? false];
  it(`${runs} sequences over pools in segments on ${engine}`, { skip }, () =>
    checkSequences({ engine, runs, segments: 3 }),
  );
}

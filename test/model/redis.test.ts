// The library over Redis does what the naive shop does, and what the memory engine does, entry by entry, over
// restarts: with a record in memory, and with PostgreSQL as what remembers.

import { it } from 'node:test';
import { postgresMissing } from '../support/postgres.ts';
import { redisMissing } from '../support/redis.ts';
import { checkSequences } from './check.ts';

const RUNS = 150;
const RECORDED_RUNS = 15;

it(`${RUNS} sequences over redis`, { skip: redisMissing() ?? false }, () =>
  checkSequences({ engine: 'redis', runs: RUNS }),
);

const missing = redisMissing() ?? postgresMissing();
it(`${RECORDED_RUNS} sequences over redis, recorded`, { skip: missing ?? false }, () =>
  checkSequences({ engine: 'redis-recorded', runs: RECORDED_RUNS }),
);

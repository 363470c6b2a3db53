// The Redis engine passes the suite that every engine passes with PostgreSQL as what remembers.

import { it } from 'node:test';
import { runConformance } from '../../src/engines/conformance/conformance.ts';
import { postgresMissing } from '../support/postgres.ts';
import { redisMissing } from '../support/redis.ts';
import { recordedRedisKind } from '../support/redis-kind.ts';

const missing = redisMissing() ?? postgresMissing();
if (missing === undefined) runConformance(recordedRedisKind, { concurrency: 4 });
else it('conformance of redis, recorded', { skip: missing }, () => {});

// The Redis engine passes the suite that every engine passes, on a real Redis, in a namespace for each case.

import { it } from 'node:test';
import { runConformance } from '../../src/engines/conformance/conformance.ts';
import { redisMissing } from '../support/redis.ts';
import { redisKind } from '../support/redis-kind.ts';

const missing = redisMissing();
if (missing === undefined) runConformance(redisKind, { concurrency: 4 });
else it('conformance of redis', { skip: missing }, () => {});

// A store over several slots of one Redis passes the suite that every engine passes, but for what slots that
// decide together cannot give, which is listed here with the reason.

import { it } from 'node:test';
import { runConformance } from '../../src/engines/conformance/conformance.ts';
import { redisMissing } from '../support/redis.ts';
import { slotsKindOf } from '../support/redis-slots-kind.ts';
import { SLOTS_KNOWN } from '../support/slots-known.ts';

const missing = redisMissing();
if (missing === undefined) {
  runConformance(slotsKindOf(4), { concurrency: 2, known: SLOTS_KNOWN });
} else it('conformance of redis over slots', { skip: missing }, () => {});

// A store over several slots passes the suite that every engine passes, but for what slots that decide together
// cannot give, which is listed with the reasons: on the masters of a real cluster, or of one Redis where there is
// no program to start a cluster with.

import { after, it } from 'node:test';
import { runConformance } from '../../src/engines/conformance/conformance.ts';
import { removeSharedCluster, sharedCluster } from '../support/redis/shared-cluster.ts';
import { redisClusterMissing, redisMissing } from '../support/redis.ts';
import { slotsKindOf } from '../support/redis-slots-kind.ts';
import { SLOTS_KNOWN } from '../support/slots-known.ts';

after(removeSharedCluster);

const missing = redisMissing();
if (missing === undefined) {
  const kind = redisClusterMissing() === undefined ? slotsKindOf(4, sharedCluster) : slotsKindOf(4);
  runConformance(kind, { concurrency: 2, known: SLOTS_KNOWN });
} else it('conformance of redis over slots', { skip: missing }, () => {});

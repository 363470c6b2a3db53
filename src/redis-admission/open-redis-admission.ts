// Opens what servers share in Redis with its library, which is loaded only here: it is an optional peer dependency.

import type { Admission } from '../admission/admission.ts';
import { MemoryBuckets } from '../admission/memory-buckets.ts';
import { RedisRooms } from '../admission/waiting-room/redis-rooms.ts';
import { HoldfastError } from '../errors.ts';
import type { AdmissionAddress } from './address.ts';

/** @throws HoldfastError `unavailable` when the library is not installed. A Redis that is away is waited for. */
export async function openRedisAdmission(address: AdmissionAddress): Promise<Admission> {
  await import('@redis/client').catch(() => {
    const how = 'npm install @redis/client';
    throw new HoldfastError('unavailable', `the library is not installed: ${how}`);
  });
  const { AdmissionLink } = await import('./admission-link.ts');
  const { RedisBuckets } = await import('./redis-buckets.ts');
  const { RedisSolutions } = await import('./redis-solutions.ts');
  const { sharedSecret } = await import('./shared-secret.ts');
  const link = new AdmissionLink(address);
  await link.tried;
  const prefix = `${address.name}:admission`;
  const alone = new MemoryBuckets(Date.now);
  return {
    buckets: new RedisBuckets({ send: link.send, prefix, alone }),
    rooms: new RedisRooms({ send: link.send, prefix }),
    solutions: new RedisSolutions({ send: link.send, prefix }),
    secret: await sharedSecret(link, prefix),
    close: () => link.close(),
  };
}

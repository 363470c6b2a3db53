// Turns away the holder of an API key who asks too often, before the body is read. Each server counts by itself. Runs
// after the key was looked at.

import { MemoryBuckets } from '../../admission/memory-buckets.ts';
import { sendRefusal } from '../answer.ts';
import { told } from '../rate-limit.ts';
import { type RequestCheck, stopped } from '../request-checks.ts';
import type { KeyRing } from './key-ring.ts';

export function limitKeys(keys: KeyRing | undefined): RequestCheck {
  if (keys === undefined) return () => true;
  const buckets = new MemoryBuckets(() => performance.now());
  return (request, reply) => {
    const { principal } = request;
    const rate = keys.rateOf(principal);
    if (rate === undefined) return true;
    const asked = [{ rule: { name: 'key', ...rate }, key: principal }];
    const refused = told(asked, buckets.take(asked), reply);
    return refused === undefined || stopped(sendRefusal(reply, refused));
  };
}

// How a member leaves its group for good, also while it joins it again, and while the broker is away.

import { setTimeout as delay } from 'node:timers/promises';
import type { Consumer } from '@platformatic/kafka';

/** A broker that is away is not told. */
const TOLD_MAX_MS = 2_000;

/**
 * Leaves, then closes. Closed alone, a consumer that was about to join again (others came or left) went on: its
 * heartbeat failed every second for ever, and kept the process from ending.
 */
export async function leave<K, V, HK, HV>(consumer: Consumer<K, V, HK, HV>): Promise<void> {
  const told = new AbortController();
  // From this call on no join goes on, whether the broker hears of it or not.
  const left = new Promise<void>((resolve) => {
    consumer.leaveGroup(true, () => resolve());
  });
  await Promise.race([
    left.then(() => told.abort()),
    delay(TOLD_MAX_MS, undefined, { signal: told.signal }).catch(() => {}),
  ]);
  await consumer.close(true).catch(() => {});
}

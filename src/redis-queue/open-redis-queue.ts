// Opens a queue of orders in Redis with its library, which is loaded only here: it is an optional peer
// dependency.

import { HoldfastError } from '../errors.ts';
import type { OrderQueue } from '../uses/queue/order-queue.ts';
import type { RedisQueueAddress } from './address.ts';
import type { RedisQueueOptions } from './redis-order-queue.ts';

/** @throws HoldfastError `unavailable` when the library is not installed, or Redis answers and could lose turns */
export async function openRedisQueue(
  address: RedisQueueAddress,
  options: RedisQueueOptions,
): Promise<OrderQueue> {
  await import('@redis/client').catch(() => {
    const how = 'npm install @redis/client';
    throw new HoldfastError('unavailable', `the library is not installed: ${how}`);
  });
  const { checkFit } = await import('./queue-link.ts');
  await checkFit(address);
  const { RedisOrderQueue } = await import('./redis-order-queue.ts');
  return new RedisOrderQueue(address, options);
}

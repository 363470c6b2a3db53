// The connections to the Redis of a queue: one that asks, and one that waits for news. A Redis that could
// lose turns is refused, and so is another number of lines than the queue was begun with.

import { Connection } from '../engines/redis/connection.ts';
import { looked, UnfitRedis } from '../engines/redis/opening.ts';
import { HoldfastError } from '../errors.ts';
import type { RedisQueueAddress } from './address.ts';
import { type QueueKeys, queueKeys } from './queue-keys.ts';

export interface QueueLink {
  asking: Connection;
  waiting: Connection;
  close(): void;
}

/** @throws HoldfastError `unavailable` */
export async function openLink(address: RedisQueueAddress, keys: QueueKeys): Promise<QueueLink> {
  const asking = await connect(address, keys);
  try {
    const waiting = await connect(address, keys);
    const close = () => {
      asking.close();
      waiting.close();
    };
    return { asking, waiting, close };
  } catch (error) {
    asking.close();
    throw error;
  }
}

/** Looks once, before anybody waits there; one that is away is looked at when it is back. @throws UnfitRedis */
export async function checkFit(address: RedisQueueAddress): Promise<void> {
  try {
    (await connect(address, queueKeys(address.queue))).close();
  } catch (error) {
    if (error instanceof UnfitRedis || !(error instanceof HoldfastError)) throw error;
  }
}

function connect({ url, queue, streams }: RedisQueueAddress, keys: QueueKeys): Promise<Connection> {
  return Connection.open({ url, name: `holdfast-queue:${queue}` }, async (send) => {
    await looked(send, { kept: 'turns' });
    await send('SET', keys.lines, String(streams), 'NX');
    const begun = String(await send('GET', keys.lines));
    if (begun !== String(streams)) {
      throw new UnfitRedis(
        `the queue "${queue}" has ${begun} streams; say streams=${begun}`,
        'turns',
      );
    }
  });
}

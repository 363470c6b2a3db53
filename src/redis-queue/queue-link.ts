// The connections to the Redis of a queue: one that asks, and one that waits for news. A Redis that could
// lose turns is refused, and so is another number of lines than the queue was begun with.

import { Connection } from '../engines/redis/connection.ts';
import { looked } from '../engines/redis/opening.ts';
import { HoldfastError } from '../errors.ts';
import type { RedisQueueAddress } from './address.ts';
import type { QueueKeys } from './queue-keys.ts';

export interface QueueLink {
  asking: Connection;
  waiting: Connection;
  close(): void;
}

/** @throws HoldfastError `unavailable` */
export async function openLink(address: RedisQueueAddress, keys: QueueKeys): Promise<QueueLink> {
  const { url, queue, streams } = address;
  const connect = () =>
    Connection.open({ url, name: `holdfast-queue:${queue}` }, async (send) => {
      await looked(send, { isVolatile: false });
      await send('SET', keys.lines, String(streams), 'NX');
      const begun = String(await send('GET', keys.lines));
      if (begun !== String(streams)) {
        const why = `the queue "${queue}" has ${begun} streams; say streams=${begun}`;
        throw new HoldfastError('unavailable', why);
      }
    });
  const asking = await connect();
  try {
    const waiting = await connect();
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

// What a benchmark has to itself on the Redis that was named: a namespace that is its own, and keys of the
// script that stands beside it. All of it goes at the end; nothing else there is touched.

import { randomBytes } from 'node:crypto';
import { redisAddress } from '../../engines/redis/address.ts';
import { reached } from '../../engines/redis/cluster-map.ts';
import { Connection } from '../../engines/redis/connection.ts';
import { keysOf } from '../../engines/redis/keys.ts';
import { slotAddresses } from '../../engines/redis/open-slots.ts';

const KEYS_AT_ONCE = '1000';

/** Where a store, or one slot of it, has its keys. */
interface KeptKeys {
  connection: Connection;
  namespace: string;
}

export interface OwnRedis {
  /** Of a store in the namespace. */
  address: string;
  url: string;
  /** How the keys begin that stand beside it. */
  beside: string;
  slots: readonly KeptKeys[];
  drop(): Promise<void>;
}

export async function ownRedis(server: string): Promise<OwnRedis> {
  const namespace = `bench_${randomBytes(6).toString('hex')}`;
  const address = new URL(server);
  address.searchParams.set('namespace', namespace);
  const { url, isCluster } = redisAddress(address.href);
  const slots = await Promise.all(
    slotAddresses(address.href).map(async (each) => {
      const at = redisAddress(each);
      const connection = await Connection.open(reached(at), async () => {});
      return { connection, namespace: at.namespace };
    }),
  );
  const beside = `${namespace}_by_hand:`;
  return {
    ...{ address: address.href, url, beside, slots },
    drop: async () => {
      try {
        for (const { connection, namespace: own } of slots) {
          await connection.send('UNLINK', ...keysOf(own).all);
        }
        if (!isCluster) await unlinkAll(slots[0]!.connection, `${beside}*`);
      } finally {
        for (const { connection } of slots) connection.close();
      }
    },
  };
}

/** How many batches of a store are not recorded. */
export async function unrecorded({ slots }: OwnRedis): Promise<number> {
  const counts = slots.map(({ connection, namespace }) =>
    connection.send('XLEN', keysOf(namespace).stream),
  );
  return (await Promise.all(counts)).reduce((sum: number, count) => sum + Number(count), 0);
}

async function unlinkAll({ send }: Connection, pattern: string): Promise<void> {
  let cursor = '0';
  do {
    const [next, keys] = (await send('SCAN', cursor, 'MATCH', pattern, 'COUNT', KEYS_AT_ONCE)) as [
      Buffer,
      Buffer[],
    ];
    if (keys.length > 0) await send('UNLINK', ...keys);
    cursor = String(next);
  } while (cursor !== '0');
}

/**
 * Starts counting the processor time of the threads that decide, their sending and receiving included. Answers how
 * many seconds the busiest of them has had since.
 */
export async function busiestThread({ slots }: OwnRedis): Promise<() => Promise<number>> {
  const all = () => Promise.all(slots.map(({ connection }) => processorSeconds(connection)));
  const before = await all();
  return async () => Math.max(...(await all()).map((seconds, slot) => seconds - before[slot]!));
}

/** Processor time that the thread of a Redis that decides has had so far, its sending and receiving included. */
export async function processorSeconds({ send }: Connection): Promise<number> {
  const said = String(await send('INFO', 'cpu'));
  const parts = [...said.matchAll(/used_cpu_(?:user|sys)_main_thread:([\d.]+)/g)];
  return parts.reduce((sum, [, seconds]) => sum + Number(seconds), 0);
}

// What a benchmark has to itself on the Redis that was named: a namespace that is its own, and keys of the
// script that stands beside it. All of it goes at the end; nothing else there is touched.

import { randomBytes } from 'node:crypto';
import { redisAddress } from '../../engines/redis/address.ts';
import { Connection } from '../../engines/redis/connection.ts';
import { keysOf } from '../../engines/redis/keys.ts';

const KEYS_AT_ONCE = '1000';

export interface OwnRedis {
  /** Of a store in the namespace. */
  address: string;
  url: string;
  namespace: string;
  /** How the keys begin that stand beside it. */
  beside: string;
  connection: Connection;
  drop(): Promise<void>;
}

export async function ownRedis(server: string): Promise<OwnRedis> {
  const namespace = `bench_${randomBytes(6).toString('hex')}`;
  const address = new URL(server);
  address.searchParams.set('namespace', namespace);
  const { url } = redisAddress(address.href);
  const connection = await Connection.open({ url, name: namespace }, async () => {});
  const beside = `${namespace}_by_hand:`;
  return {
    ...{ address: address.href, url, namespace, beside, connection },
    drop: async () => {
      try {
        await connection.send('UNLINK', ...keysOf(namespace).all);
        await unlinkAll(connection, `${beside}*`);
      } finally {
        connection.close();
      }
    },
  };
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

/** Processor time that the thread of a Redis that decides has had so far, its sending and receiving included. */
export async function processorSeconds({ send }: Connection): Promise<number> {
  const said = String(await send('INFO', 'cpu'));
  const parts = [...said.matchAll(/used_cpu_(?:user|sys)_main_thread:([\d.]+)/g)];
  return parts.reduce((sum, [, seconds]) => sum + Number(seconds), 0);
}

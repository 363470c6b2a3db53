// The keepers of rooms that tests go through, each with a time that the test moves: in memory, and in a real Redis
// under a prefix of its own.

import { randomBytes } from 'node:crypto';
import { MemoryRooms } from '../../../src/admission/waiting-room/memory-rooms.ts';
import { RedisRooms } from '../../../src/admission/waiting-room/redis-rooms.ts';
import type { Rooms } from '../../../src/admission/waiting-room/rooms.ts';
import { newClient } from '../../../src/engines/redis/client.ts';
import { provideRedis, redisMissing } from '../../support/redis.ts';

export interface Keeper {
  rooms: Rooms;
  /** Lets time pass. */
  passMs(ms: number): void;
  /** The same line through another server; undefined where servers have nothing in common. */
  other?: Rooms;
  /** As after a loss of all that it knew. */
  lost(): Promise<Rooms>;
  close(): Promise<void>;
}

export interface KeeperKind {
  name: string;
  skip: string | false;
  /** Several servers have one line. */
  isShared: boolean;
  open(): Promise<Keeper>;
}

const memory: KeeperKind = {
  name: 'in memory',
  skip: false,
  isShared: false,
  async open() {
    let nowMs = Date.UTC(2026, 10, 20);
    const make = () => new MemoryRooms(() => nowMs);
    return {
      rooms: make(),
      passMs(ms) {
        nowMs += ms;
      },
      lost: async () => make(),
      close: async () => {},
    };
  },
};

const redis: KeeperKind = {
  name: 'in Redis',
  skip: redisMissing() ?? false,
  isShared: true,
  async open() {
    const url = await provideRedis();
    const prefix = `test_${randomBytes(8).toString('hex')}`;
    const clients = [newClient({ url, name: prefix }), newClient({ url, name: prefix })] as const;
    for (const client of clients) {
      client.on('error', () => {});
      await client.connect();
    }
    let passedMs = 0;
    const [one, two] = clients.map(
      (client) =>
        new RedisRooms({
          send: (...command) => client.sendCommand(command),
          prefix,
          aheadMs: () => passedMs,
        }),
    ) as [RedisRooms, RedisRooms];
    const clear = async () => {
      const keys = await clients[0].keys(`{${prefix}:*`);
      if (keys.length > 0) await clients[0].del(keys);
    };
    return {
      rooms: one,
      other: two,
      passMs(ms) {
        passedMs += ms;
      },
      async lost() {
        await clear();
        return one;
      },
      async close() {
        await clear();
        for (const client of clients) client.destroy();
      },
    };
  },
};

export const KEEPERS: readonly KeeperKind[] = [memory, redis];

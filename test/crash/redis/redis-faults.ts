// What goes wrong in a round, done to the servers of a store in Redis and to what they stand on. Expects only that
// a server dies where it is to die.

import { setTimeout as delay } from 'node:timers/promises';
import { ask } from '../../support/redis/server.ts';
import { type RedisServer, startRedis } from '../../support/redis.ts';
import type { RedisRound } from './redis-plan.ts';
import type { ServedStore } from './served-store.ts';

const DIES_MAX_MS = 180_000;

interface Faulty {
  store: ServedStore;
  /** Waits until these servers take commands. */
  taken(servers: readonly number[]): Promise<void>;
}

export class RedisFaults {
  readonly #store: ServedStore;
  readonly #taken: Faulty['taken'];
  readonly #all: readonly number[];

  constructor({ store, taken }: Faulty) {
    this.#store = store;
    this.#taken = taken;
    this.#all = store.servers.map((_, index) => index);
  }

  async cause(plan: RedisRound): Promise<void> {
    const { forMs, server } = plan;
    const store = this.#store;
    const { redis } = store;
    switch (plan.fault) {
      case 'redis-killed':
        await redis.kill();
        await delay(forMs);
        return redis.restart();
      case 'redis-restarted':
        await redis.stop();
        return redis.restart();
      case 'flushed':
        await ask(redis.address, ['FLUSHALL']);
        return;
      case 'emptied':
        await redis.kill();
        return this.#turnTo(await startRedis(), redis);
      case 'old-copy':
        return this.#oldCopy(redis, forMs);
      case 'promoted':
        return this.#promoted(plan, redis);
      case 'server-killed':
        await store.servers[server]!.kill();
        await delay(forMs / 2);
        return store.startServer(server);
      case 'recorder-killed':
        return this.#killRecorder(plan);
      case 'rebuilder-killed':
        return this.#killRebuilders(plan);
      case 'postgres-away':
        await store.postgres.stop('immediate');
        await delay(forMs);
        return store.postgres.restart();
    }
  }

  async #turnTo(redis: RedisServer, old: RedisServer, servers = this.#all): Promise<void> {
    this.#store.turnTo(redis, servers);
    if (servers === this.#all) await old.remove();
  }

  /** Redis comes back as it was some time ago. */
  async #oldCopy(redis: RedisServer, forMs: number): Promise<void> {
    const copy = await this.#store.replica();
    await ask(copy.address, ['REPLICAOF', 'NO', 'ONE']);
    await delay(forMs / 2);
    await redis.kill();
    await this.#turnTo(copy, redis);
  }

  /** A replica takes over that is behind, while one server still reaches the old master. */
  async #promoted({ forMs, server }: RedisRound, redis: RedisServer): Promise<void> {
    const replica = await this.#store.replica();
    await ask(replica.address, ['REPLICAOF', 'NO', 'ONE']);
    await delay(forMs / 4);
    const others = this.#all.filter((each) => each !== server);
    await this.#turnTo(replica, redis, others);
    await this.#taken(others);
    // By now two masters are there, and one of them may not sell.
    await delay(forMs / 2);
    await this.#turnTo(replica, redis);
  }

  /** The only server that is left records, and dies at it. */
  async #killRecorder({ server, recordingAt }: RedisRound): Promise<void> {
    const { servers } = this.#store;
    await Promise.all(servers.map((each) => each.kill()));
    await this.#store.startServer(server, { HOLDFAST_CRASH_AT: recordingAt });
    await this.#ended(servers[server]!);
    for (const each of this.#all) await this.#store.startServer(each);
  }

  /** Servers die while they rebuild, one after the other, until one is there that does not. */
  async #killRebuilders({ server, rebuildingAt }: RedisRound): Promise<void> {
    const { servers, redis } = this.#store;
    const dying = this.#all.filter((each) => each !== server);
    await Promise.all(servers.map((each) => each.kill()));
    await ask(redis.address, ['FLUSHALL']);
    for (const each of dying) {
      await this.#store.startServer(each, { HOLDFAST_CRASH_AT: rebuildingAt });
      await this.#ended(servers[each]!);
      // Behind the last step it is rebuilt, and nobody has to do it again.
      if (rebuildingAt === 'rebuild-switched') break;
    }
    for (const each of this.#all) if (!servers[each]!.running) await this.#store.startServer(each);
  }

  async #ended(server: { exited: Promise<void>; running: boolean }): Promise<void> {
    const late = delay(DIES_MAX_MS, 'late', { ref: false });
    const end = await Promise.race([server.exited, late]);
    if (end === 'late') throw new Error('the server did not come to where it was to die');
  }
}

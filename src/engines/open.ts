// Opens an engine by its address, as `--engine` and HOLDFAST_ENGINE name it.

import type { TimeSource } from './clock.ts';
import type { Engine } from './contract.ts';
import type { PartAddress } from './coordinator/part-address.ts';
import { MemoryEngine } from './memory.ts';

/** Of a store in Redis. */
export interface RedisOptions {
  /** The address of what remembers it: postgres://... */
  record?: string;
  /** Which of several stores in one Redis; the address may say it too. */
  namespace?: string;
  /** When a commit is answered. */
  ack?: 'decided' | 'recorded';
  /** For how long Redis goes on deciding when nothing is recorded. */
  leaseMs?: number;
  /** Redis keeps nothing over a restart, and that is meant. */
  isVolatile?: boolean;
}

export interface OpenOptions extends RedisOptions {
  time?: TimeSource;
  /** Refuses to make a store in a database that has none. */
  existing?: boolean;
  /** Databases in which some pools of a store in PostgreSQL live. */
  parts?: readonly PartAddress[];
  /** Names of parts that were moved to another database: these are taken where they are now. */
  moved?: readonly string[];
}

/**
 * Opens `memory:`, `sqlite:PATH`, `postgres://...?schema=NAME`, or with a record `redis://...?namespace=NAME` or
 * `redis+cluster://...`.
 *
 * @throws RangeError for an address that names no engine; HoldfastError `unavailable` when the
 * store cannot be opened, with the reason.
 */
export async function openEngine(address: string, options: OpenOptions = {}): Promise<Engine> {
  const isPostgres = /^postgres(ql)?:\/\//.test(address);
  if (!isPostgres && (options.parts?.length ?? 0) > 0) {
    throw new RangeError('parts are for a store in PostgreSQL: postgres://...');
  }
  if (/^rediss?(\+cluster)?:\/\//.test(address)) {
    const { openRedis } = await import('./redis/open-redis.ts');
    return openRedis(address, options);
  }
  if (options.record !== undefined) {
    throw new RangeError('a record is for a store in Redis: redis://...');
  }
  if (address === 'memory:') return new MemoryEngine(options);
  if (address.startsWith('sqlite:')) {
    const { MendingEngine } = await import('./sqlite/mending-engine.ts');
    return MendingEngine.open(address.slice('sqlite:'.length), options);
  }
  if (isPostgres) {
    const { PostgresEngine } = await import('./postgres/postgres-engine.ts');
    return PostgresEngine.open(address, options);
  }
  throw new RangeError(
    `no engine is called "${address}"; use sqlite:PATH, postgres://..., redis://... or memory:`,
  );
}

// Opens an engine by its address, as `--engine` and HOLDFAST_ENGINE name it.

import type { TimeSource } from './clock.ts';
import type { Engine } from './contract.ts';
import type { PartAddress } from './coordinator/part-address.ts';
import { MemoryEngine } from './memory.ts';

export interface OpenOptions {
  time?: TimeSource;
  /** Refuses to make a store in a database that has none. */
  existing?: boolean;
  /** Databases in which some pools of a store in PostgreSQL live. */
  parts?: readonly PartAddress[];
  /** Names of parts that were moved to another database: these are taken where they are now. */
  moved?: readonly string[];
}

/**
 * Opens `memory:`, `sqlite:PATH` or `postgres://...?schema=NAME`.
 *
 * @throws RangeError for an address that names no engine; HoldfastError `unavailable` when the
 * store cannot be opened, with the reason.
 */
export async function openEngine(address: string, options: OpenOptions = {}): Promise<Engine> {
  const isPostgres = /^postgres(ql)?:\/\//.test(address);
  if (!isPostgres && (options.parts?.length ?? 0) > 0) {
    throw new RangeError('parts are for a store in PostgreSQL: postgres://...');
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
    `no engine is called "${address}"; use sqlite:PATH, postgres://... or memory:`,
  );
}

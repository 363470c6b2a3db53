// How suites open the PostgreSQL engine, with any locking strategy: a schema of its own for each store, on the shared server, and
// the same schema again after a close.

import type { EngineUnderTest } from '../../src/engines/conformance/bench.ts';
import type { Engine } from '../../src/engines/contract.ts';
import type { Locking } from '../../src/engines/postgres/locking.ts';
import { PostgresEngine } from '../../src/engines/postgres/postgres-engine.ts';
import { freshSchema } from './postgres.ts';

const addresses = new WeakMap<Engine, string>();

async function open(address: string, time: Parameters<EngineUnderTest['open']>[0]) {
  const engine = await PostgresEngine.open(address, { time });
  addresses.set(engine, address);
  return engine;
}

/** Stores that are kept apart by one of the locking strategies; by the default one without. */
export function postgresKindOf(locking?: Locking): EngineUnderTest {
  return {
    name: locking === undefined ? 'postgres' : `postgres, ${locking}`,
    open: async (time) => open(withLocking((await freshSchema()).address, locking), time),
    reopen: (closed, time) => open(addresses.get(closed)!, time),
  };
}

export function withLocking(address: string, locking?: Locking): string {
  if (locking === undefined) return address;
  const url = new URL(address);
  url.searchParams.set('locking', locking);
  return url.href;
}

export const postgresKind: EngineUnderTest = postgresKindOf();

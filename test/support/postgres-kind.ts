// How suites open the PostgreSQL engine, with any locking strategy: a schema of its own for each store,
// on the shared server, and the same schema again after a close.

import type { TimeSource } from '../../src/engines/clock.ts';
import type { EngineUnderTest } from '../../src/engines/conformance/bench.ts';
import type { Engine } from '../../src/engines/contract.ts';
import type { Locking } from '../../src/engines/postgres/locking.ts';
import { PostgresEngine } from '../../src/engines/postgres/postgres-engine.ts';
import { type FreshSchema, freshSchema } from './postgres.ts';

export interface PostgresKind extends EngineUnderTest {
  reopen(closed: Engine, time: TimeSource): Promise<Engine>;
  /** Removes what a closed one has kept. */
  remove(closed: Engine): Promise<void>;
}

const schemas = new WeakMap<Engine, FreshSchema>();

/** Where an engine of this kind keeps its store. */
export function schemaOf(engine: Engine): FreshSchema {
  return schemas.get(engine)!;
}

/** Stores that are kept apart by one of the locking strategies; by the default one without. */
export function postgresKindOf(locking?: Locking): PostgresKind {
  const openIn = async (schema: FreshSchema, time: TimeSource): Promise<Engine> => {
    const engine = await PostgresEngine.open(withLocking(schema.address, locking), { time });
    schemas.set(engine, schema);
    return engine;
  };
  return {
    name: locking === undefined ? 'postgres' : `postgres, ${locking}`,
    open: async (time) => openIn(await freshSchema(), time),
    reopen: (closed, time) => openIn(schemas.get(closed)!, time),
    remove: (closed) => schemas.get(closed)!.drop(),
  };
}

export function withLocking(address: string, locking?: Locking): string {
  if (locking === undefined) return address;
  const url = new URL(address);
  url.searchParams.set('locking', locking);
  return url.href;
}

export const postgresKind: PostgresKind = postgresKindOf();

/** As suites and scripts name PostgreSQL with each locking strategy; the default one without. */
export const LOCKING_OF = {
  postgres: undefined,
  'postgres-conditional': 'conditional',
  'postgres-optimistic': 'optimistic',
} as const satisfies Record<string, Locking | undefined>;

export type PostgresName = keyof typeof LOCKING_OF;

/** A store over several databases, of test/support/spread-kind.ts. */
export const SPREAD_NAME = 'coordinator';

/** What is decided in memory and remembered there, of test/support/recorded-kind.ts. */
export const RECORDED_NAME = 'recorded';

/** What Redis decides and PostgreSQL remembers, as histories and the model name it. */
export const REDIS_NAMES: readonly string[] = [
  ...['redis', 'redis-recorded', 'redis-slots', 'redis-cluster-slots'],
];

/** Whether what is so called is kept in PostgreSQL, or has its record there. */
export function needsPostgres(name: string): boolean {
  return [SPREAD_NAME, RECORDED_NAME, ...REDIS_NAMES].includes(name) || isPostgres(name);
}

export function needsRedis(name: string): boolean {
  return REDIS_NAMES.includes(name);
}

export function isPostgres(name: string): name is PostgresName {
  return Object.hasOwn(LOCKING_OF, name);
}

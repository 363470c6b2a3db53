// How suites open the PostgreSQL engine: a schema of its own for each store, on the shared server, and
// the same schema again after a close.

import type { EngineUnderTest } from '../../src/engines/conformance/bench.ts';
import type { Engine } from '../../src/engines/contract.ts';
import { PostgresEngine } from '../../src/engines/postgres/postgres-engine.ts';
import { freshSchema } from './postgres.ts';

const addresses = new WeakMap<Engine, string>();

async function open(address: string, time: Parameters<EngineUnderTest['open']>[0]) {
  const engine = await PostgresEngine.open(address, { time });
  addresses.set(engine, address);
  return engine;
}

export const postgresKind: EngineUnderTest = {
  name: 'postgres',
  open: async (time) => open((await freshSchema()).address, time),
  reopen: (closed, time) => open(addresses.get(closed)!, time),
};

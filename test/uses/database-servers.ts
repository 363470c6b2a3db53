// Several servers on one PostgreSQL database, for tests: each is a stock and its uses, without HTTP.

import assert from 'node:assert/strict';
import { PostgresEngine } from '../../src/engines/postgres/postgres-engine.ts';
import { Stock } from '../../src/stock.ts';
import { openUses, type Uses, type UsesOptions } from '../../src/uses/open-uses.ts';
import { verify } from '../../src/verify/verify.ts';

export interface Server {
  stock: Stock;
  uses: Uses;
}

export async function openServer(address: string, options: UsesOptions = {}): Promise<Server> {
  const stock = await Stock.open(await PostgresEngine.open(address));
  return { stock, uses: await openUses(stock, options) };
}

/** The store must verify. */
export async function closeServers(servers: readonly Server[]): Promise<void> {
  const { problems } = await verify(servers[0]!.stock.engine);
  for (const { stock, uses } of servers) {
    await uses.close();
    await stock.close();
  }
  assert.deepEqual(problems, []);
}

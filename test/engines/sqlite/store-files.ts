// Stores of the sqlite engine at paths that a test knows, so that it can look into the files and
// open them again. Must not expect anything.

import { join } from 'node:path';
import { ManualTime } from '../../../src/engines/conformance/manual-time.ts';
import type { Transaction } from '../../../src/engines/contract.ts';
import { openSqlite } from '../../../src/engines/sqlite/open-sqlite.ts';
import type { SqliteEngine } from '../../../src/engines/sqlite/sqlite-engine.ts';
import { fastFolder } from '../../support/fast-folder.ts';

const folder = fastFolder('engine');
process.env.NODE_COMPILE_CACHE ??= join(folder, 'compiled');
let made = 0;

/** The path of a store that is not there yet. */
export function newPath(): string {
  made += 1;
  return join(folder, `${made}.db`);
}

export function openStore(path: string, time = new ManualTime()): Promise<SqliteEngine> {
  return openSqlite(path, { time });
}

/** Units come into a pool's available account. */
export function receiving(quantity: number, pool = 'tea'): Transaction {
  const supply = `${pool}/supply`;
  return {
    floors: [{ account: supply, floor: -Number.MAX_SAFE_INTEGER }],
    moves: [{ legs: [{ from: supply, to: `${pool}/available` }], quantity }],
    events: [],
  };
}

/** Waits until the tables have taken all that is durable. */
export async function tablesCaughtUp(engine: SqliteEngine): Promise<void> {
  while (engine.tableLag > 0) await new Promise(setImmediate);
}

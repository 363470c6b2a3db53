// Opens the sqlite engine, if need be with new tables: what they hold can be made again, so that they
// never keep a store from opening.

import { HoldfastError } from '../../errors.ts';
import { removeTables } from './files.ts';
import type { OpenSqlite } from './open-files.ts';
import { isDamagedTables } from './row-sums.ts';
import { SqliteEngine } from './sqlite-engine.ts';
import { asTablesDamage } from './store-failure.ts';

/** @throws HoldfastError `unavailable` when another process has it, or its journal cannot be read */
export async function openSqlite(path: string, options: OpenSqlite = {}): Promise<SqliteEngine> {
  try {
    return await SqliteEngine.open(path, options);
  } catch (error) {
    const failure = asTablesDamage(error);
    if (failure instanceof HoldfastError && !isDamagedTables(failure)) throw failure;
    // The tables cannot be read: they are made again from the journal, once.
    removeTables(path);
  }
  return SqliteEngine.open(path, options);
}

// All owners that the tables hold, for the start and for a checkpoint. Reads only.

import type { DatabaseSync } from 'node:sqlite';
import { linesOfBody, ownerOfLine, type StoredOwner } from './owner-text.ts';
import { checkOwners } from './tables-check.ts';

/**
 * In the order in which they came.
 *
 * @throws HoldfastError when a row is not as it was written
 */
export function* storedOwners(tables: DatabaseSync): Generator<StoredOwner> {
  for (const row of tables.prepare('SELECT * FROM owners ORDER BY n').iterate()) {
    checkOwners(row);
    for (const line of linesOfBody(String(row.body))) yield ownerOfLine(line);
  }
}

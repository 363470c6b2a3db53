// The files of a store, for the commands that copy, move or make them; and what to do instead where a
// store is not kept in files.

import { postgresAddress } from '../engines/postgres/address.ts';
import { sqlitePath } from './engine-option.ts';
import { UsageError } from './failure.ts';
import { shownAddress } from './shown-address.ts';

export type FileCommand = 'backup' | 'restore' | 'rebuild' | 'archive';

/** Instead, for a store in PostgreSQL. */
const INSTEAD: Record<FileCommand, (schema: string) => string> = {
  backup: (schema) => `back it up with "pg_dump --format=custom --schema=${schema}"`,
  restore: () => 'restore what pg_dump wrote with pg_restore',
  rebuild: () => 'nothing in it is made from something else; a backup of pg_dump is the way back',
  archive: () => 'it keeps its whole journal; back it up with pg_dump',
};

/**
 * The journal's file; only the embedded engine has one.
 *
 * @throws UsageError for other stores, with what to do instead
 */
export function storePath(engine: string, command: FileCommand): string {
  const path = sqlitePath(engine);
  if (path !== undefined) return path;
  const only = `holdfast ${command} is for a store at sqlite:PATH, which is kept in files`;
  if (!/^postgres(ql)?:\/\//.test(engine)) {
    throw new UsageError(`${only}; "${shownAddress(engine)}" is not`);
  }
  throw new UsageError(
    `${only}; ${shownAddress(engine)} is not: ${INSTEAD[command](schemaOf(engine))}`,
  );
}

function schemaOf(engine: string): string {
  try {
    return postgresAddress(engine).schema;
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(error.message);
    throw error;
  }
}

// The address of a PostgreSQL store: that of the database, with the schema and the locking strategy as
// parameters of their own.

import { isLocking, LOCKING_DEFAULT, LOCKINGS, type Locking } from './locking.ts';

export interface PostgresAddress {
  /** As the driver takes it. */
  connectionString: string;
  schema: string;
  locking: Locking;
}

const SCHEMA_DEFAULT = 'holdfast';
/** What needs no quotes, and fits (63 bytes). */
const SCHEMA = /^[a-z_][a-z0-9_]{0,62}$/;

/**
 * Reads `postgres://user:password@host:port/database?schema=shop&locking=optimistic`.
 *
 * @throws RangeError for what is no such address
 */
export function postgresAddress(address: string): PostgresAddress {
  if (!URL.canParse(address))
    throw new RangeError(`"${shown(address)}" is no address of a database`);
  const url = new URL(address);
  const schema = url.searchParams.get('schema') ?? SCHEMA_DEFAULT;
  const locking = url.searchParams.get('locking') ?? LOCKING_DEFAULT;
  url.searchParams.delete('schema');
  url.searchParams.delete('locking');
  if (!SCHEMA.test(schema) || schema.startsWith('pg_')) {
    throw new RangeError(
      `"${schema}" is no schema for a store: a to z, 0 to 9 and _, no digit first, not pg_...`,
    );
  }
  if (!isLocking(locking)) {
    throw new RangeError(`"${locking}" is no locking strategy: ${LOCKINGS.join(', ')}`);
  }
  return { connectionString: url.href, schema, locking };
}

/** Without what may be a password. */
function shown(address: string): string {
  return address.replace(/\/\/.*@/, '//...@');
}

// The address of a PostgreSQL store: that of the database, with the schema as a parameter of its own.

export interface PostgresAddress {
  /** As the driver takes it. */
  connectionString: string;
  schema: string;
}

const SCHEMA_DEFAULT = 'holdfast';
/** What needs no quotes, and fits (63 bytes). */
const SCHEMA = /^[a-z_][a-z0-9_]{0,62}$/;

/**
 * Reads `postgres://user:password@host:port/database?schema=shop`.
 *
 * @throws RangeError for what is no such address
 */
export function postgresAddress(address: string): PostgresAddress {
  if (!URL.canParse(address))
    throw new RangeError(`"${shown(address)}" is no address of a database`);
  const url = new URL(address);
  const schema = url.searchParams.get('schema') ?? SCHEMA_DEFAULT;
  url.searchParams.delete('schema');
  if (!SCHEMA.test(schema) || schema.startsWith('pg_')) {
    throw new RangeError(
      `"${schema}" is no schema for a store: a to z, 0 to 9 and _, no digit first, not pg_...`,
    );
  }
  return { connectionString: url.href, schema };
}

/** Without what may be a password. */
function shown(address: string): string {
  return address.replace(/\/\/.*@/, '//...@');
}

// The address of a PostgreSQL store: that of the database, with the schema and the locking strategy as
// parameters of their own.

import { isLocking, LOCKING_DEFAULT, LOCKINGS, type Locking } from './locking.ts';

export interface PostgresAddress {
  /** As the driver takes it. */
  connectionString: string;
  schema: string;
  locking: Locking;
  pooling: Pooling;
}

/** What lies between this process and the database. */
export interface Pooling {
  /** A pooler that lends a connection for a transaction: nothing may be left on it for the next. */
  perTransaction: boolean;
  /** Statements are prepared under names. */
  prepare: boolean;
  /** Where to listen for wake-ups, past the pooler. */
  wake?: string;
}

/** Parameters that are not the driver's. */
const OWN = ['schema', 'locking', 'pooler', 'prepare', 'wake'];
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
  const pooling = poolingOf(url.searchParams);
  for (const name of OWN) url.searchParams.delete(name);
  if (!SCHEMA.test(schema) || schema.startsWith('pg_')) {
    throw new RangeError(
      `"${schema}" is no schema for a store: a to z, 0 to 9 and _, no digit first, not pg_...`,
    );
  }
  if (!isLocking(locking)) {
    throw new RangeError(`"${locking}" is no locking strategy: ${LOCKINGS.join(', ')}`);
  }
  return { connectionString: url.href, schema, locking, pooling };
}

function poolingOf(parameters: URLSearchParams): Pooling {
  const pooler = parameters.get('pooler');
  if (pooler !== null && pooler !== 'transaction') {
    throw new RangeError(`"${pooler}" is no kind of pooler: transaction`);
  }
  const perTransaction = pooler !== null;
  const prepare = parameters.get('prepare') ?? String(!perTransaction);
  if (prepare !== 'true' && prepare !== 'false') {
    throw new RangeError(`prepare is true or false, not "${prepare}"`);
  }
  const pooling: Pooling = { perTransaction, prepare: prepare === 'true' };
  const wake = parameters.get('wake');
  if (wake === null) return pooling;
  if (!URL.canParse(wake)) throw new RangeError(`"${shown(wake)}" is no address to be woken from`);
  return { ...pooling, wake };
}

/** Without what may be a password. */
function shown(address: string): string {
  return address.replace(/\/\/.*@/, '//...@');
}

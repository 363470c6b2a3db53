// The tables of an order book, made where they are missing: orders as they stand, and stock as it stands,
// one row for each pool. Others may read them; only the book writes.

import type { ClientBase } from 'pg';

/** The accounts of a pool, as events name them, with their columns. */
export const ACCOUNT_COLUMNS = {
  available: 'available',
  held: 'held',
  sold: 'sold',
  safety: 'safety',
  returning: 'returning',
  inspecting: 'inspecting',
  quarantined: 'quarantined',
  offered: 'offered',
  leased: 'leased',
  inTransit: 'in_transit',
  supply: 'supply',
  writtenOff: 'written_off',
} as const;

export type Account = keyof typeof ACCOUNT_COLUMNS;

/** Quoted: `returning` is a word of the language. */
const ACCOUNTS = Object.values(ACCOUNT_COLUMNS).map((name) => `"${name}"`);

/** Two members that make them at once would meet. */
const LOCK = 7_305_811;

export const TABLES = `
CREATE TABLE IF NOT EXISTS book (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  journal text NOT NULL
);
CREATE TABLE IF NOT EXISTS orders (
  id uuid PRIMARY KEY,
  version integer NOT NULL,
  status text NOT NULL,
  channel text NOT NULL,
  buyer text,
  reference text,
  amount bigint,
  currency text,
  document jsonb NOT NULL,
  made_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL
);
CREATE TABLE IF NOT EXISTS stock (
  pool text PRIMARY KEY,
  product text NOT NULL,
  version bigint NOT NULL,
  ${ACCOUNTS.map((name) => `${name} bigint NOT NULL`).join(',\n  ')}
);`;

export async function makeTables(client: ClientBase): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
    await client.query(TABLES);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
}

// Whether a database is the part it should be, and can do what a part must: makes its tables the first
// time, and refuses what belongs to another store or cannot prepare transactions.

import { HoldfastError } from '../../errors.ts';
import { migrate, type SchemaForm } from '../postgres/migrations.ts';
import { BATCHES_MAX } from './apart.ts';
import type { Part } from './part.ts';

/** For one server: those of the batches under way, and as many that a crash has left. */
export const PREPARED_MIN = 2 * BATCHES_MAX;
const PREPARED_ADVISED = 64;

interface Entering {
  journalId: string;
  /** It must be there already. */
  existing: boolean;
}

/** @throws HoldfastError `unavailable` */
export async function enterPart(part: Part, { journalId, existing }: Entering): Promise<void> {
  const { schema, connections } = part;
  await migrate(connections, { schema, existing, form: partForm(part.name, journalId) });
  const text = `SELECT current_setting('max_prepared_transactions')::int AS found`;
  const [row] = await connections.run({ name: '', text });
  const found = Number(row!.found);
  if (found >= PREPARED_MIN) return;
  throw new HoldfastError(
    'unavailable',
    `the database of the part ${part.name} has max_prepared_transactions = ${found}, and a server ` +
      `needs ${PREPARED_MIN}; put "max_prepared_transactions = ${PREPARED_ADVISED}" into its ` +
      'postgresql.conf and restart that PostgreSQL (a reload is not enough)',
  );
}

function partForm(name: string, journalId: string): SchemaForm {
  return {
    folder: new URL('./sql/', import.meta.url),
    facts: () => ({ part: name, home: journalId }),
    refuses(facts) {
      const [part, home] = [facts.get('part'), facts.get('home')];
      if (part === undefined) return `the part ${name} names a store of its own, not a part of one`;
      if (home !== journalId) return `the part ${name} belongs to another store`;
      if (part !== name) return `what is named as the part ${name} is the part ${part}`;
      return undefined;
    },
  };
}

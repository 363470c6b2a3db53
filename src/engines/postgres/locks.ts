// The locks of a batch. One order for everybody: documents, then owners, each by id. Waits for each, or
// leaves out what somebody else keeps and says what it was.

import type { Connection, Rows, Statement } from './connections.ts';
import type { CommitStatements } from './statements.ts';
import type { LockName } from './stuck-locks.ts';
import type { Touched } from './touched.ts';

export type LockMode = 'wait' | 'skip';

export interface Locks {
  /** The owners' rows. */
  owners: Rows;
  /** Ids and versions of the documents that are there. */
  documents: Rows;
  /** What was not free. */
  skipped: LockName[];
}

type Lists = 'written' | 'guarded' | 'owners';

type LockStatements = Pick<
  CommitStatements,
  | 'lockWritten'
  | 'lockGuarded'
  | 'lockOwners'
  | 'skipWritten'
  | 'skipGuarded'
  | 'skipOwners'
  | 'present'
>;

export async function takeLocks(
  connection: Connection,
  statements: LockStatements,
  { touched, mode }: { touched: Pick<Touched, Lists>; mode: LockMode },
): Promise<Locks> {
  const { written, guarded, owners } = touched;
  const lock = (statement: Statement, ids: string[]) =>
    ids.length === 0 ? [] : connection.run(statement, [ids]);
  if (mode === 'wait') {
    const documents = [
      ...(await lock(statements.lockWritten, written)),
      ...(await lock(statements.lockGuarded, guarded)),
    ];
    return { documents, owners: await lock(statements.lockOwners, owners), skipped: [] };
  }
  const documents = [
    ...(await lock(statements.skipWritten, written)),
    ...(await lock(statements.skipGuarded, guarded)),
  ];
  const free = new Set(documents.map(({ id }) => id));
  // Those that are not there are not locked either.
  const others = [...written, ...guarded].filter((id) => !free.has(id));
  const kept = await lock(statements.present, others);
  const skipped = kept.map(({ id }): LockName => ({ table: 'document', id: String(id) }));
  const rows = await lock(statements.skipOwners, owners);
  const found = new Set(rows.map(({ id }) => id));
  for (const id of owners) if (!found.has(id)) skipped.push({ table: 'owner', id });
  return { owners: rows, documents, skipped };
}

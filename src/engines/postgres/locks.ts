// The locks of a batch. One order for everybody: documents, then owners, each by id. Waits for each, or
// leaves out what somebody else keeps and says what it was.

import type { Connection, Rows } from './connections.ts';
import type { CommitStatements } from './statements.ts';
import type { LockName } from './stuck-locks.ts';
import type { Touched } from './touched.ts';

export type LockMode = 'wait' | 'skip';

export interface Locks {
  /** The owners' rows. */
  owners: Rows;
  /** What was not free. */
  skipped: LockName[];
}

export async function takeLocks(
  connection: Connection,
  statements: CommitStatements,
  { touched, mode }: { touched: Touched; mode: LockMode },
): Promise<Locks> {
  const { written, guarded, owners } = touched;
  if (mode === 'skip') return skipLocked(connection, statements, touched);
  if (written.length > 0) await connection.run(statements.lockWritten, [written]);
  if (guarded.length > 0) await connection.run(statements.lockGuarded, [guarded]);
  if (owners.length === 0) return { owners: [], skipped: [] };
  return { owners: await connection.run(statements.lockOwners, [owners]), skipped: [] };
}

async function skipLocked(
  connection: Connection,
  statements: CommitStatements,
  { written, guarded, owners }: Touched,
): Promise<Locks> {
  const free = new Set<string>();
  const lock = async (statement: CommitStatements['skipWritten'], ids: string[]) => {
    if (ids.length === 0) return;
    for (const { id } of await connection.run(statement, [ids])) free.add(String(id));
  };
  await lock(statements.skipWritten, written);
  await lock(statements.skipGuarded, guarded);
  const skipped: LockName[] = [];
  const others = [...written, ...guarded].filter((id) => !free.has(id));
  if (others.length > 0) {
    // Those that are not there are not locked either.
    for (const { id } of await connection.run(statements.present, [others])) {
      skipped.push({ table: 'document', id: String(id) });
    }
  }
  const rows = owners.length === 0 ? [] : await connection.run(statements.skipOwners, [owners]);
  const found = new Set(rows.map(({ id }) => id));
  for (const id of owners) if (!found.has(id)) skipped.push({ table: 'owner', id });
  return { owners: rows, skipped };
}

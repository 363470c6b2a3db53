// Makes the rows of owners that are not there: what is not there cannot be locked. Waits for who is just
// making one of them, or leaves that one out: it is not found then, and counts as locked.

import type { Connection, Statement } from './connections.ts';
import { isLockTimeout } from './failures.ts';
import type { LockMode } from './locks.ts';
import type { CommitStatements } from './statements.ts';

/** Longer than it takes to see that nobody is making it. */
const SKIP_MS = 10;

const PATIENCE: Statement = { name: 'patience', text: 'SHOW lock_timeout' };

interface Making {
  /** In the order of locks. */
  owners: readonly string[];
  mode: LockMode;
}

export async function makeOwners(
  connection: Connection,
  statements: Pick<CommitStatements, 'makeOwners' | 'absentOwners'>,
  { owners, mode }: Making,
): Promise<void> {
  if (owners.length === 0) return;
  if (mode === 'wait') {
    await connection.run(statements.makeOwners, [owners]);
    return;
  }
  const rows = await connection.run(statements.absentOwners, [owners]);
  const absent = rows.map(({ id }) => String(id));
  if (absent.length === 0) return;
  const [row] = await connection.run(PATIENCE, []);
  await makeFree(connection, statements, absent);
  await connection.say(`SET LOCAL lock_timeout = '${row!.lock_timeout}'`);
}

/** There is no INSERT ... SKIP LOCKED, and which row it waits for it does not say: halves find it out. */
async function makeFree(
  connection: Connection,
  statements: Pick<CommitStatements, 'makeOwners'>,
  owners: readonly string[],
): Promise<void> {
  await connection.say(`SAVEPOINT making; SET LOCAL lock_timeout = ${SKIP_MS}`);
  try {
    await connection.run(statements.makeOwners, [owners]);
    await connection.say('RELEASE SAVEPOINT making');
    return;
  } catch (error) {
    if (!isLockTimeout(error)) throw error;
    await connection.say('ROLLBACK TO SAVEPOINT making; RELEASE SAVEPOINT making');
  }
  if (owners.length === 1) return;
  const half = owners.length >> 1;
  for (const some of [owners.slice(0, half), owners.slice(half)]) {
    await makeFree(connection, statements, some);
  }
}

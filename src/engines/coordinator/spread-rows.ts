// What a batch is decided on when its rows stand at home and in parts: loaded under their locks, and put
// together as if they stood in one place. Decides nothing.

import type { Connection } from '../postgres/connections.ts';
import {
  type AccountRow,
  accountsOf,
  type Claimed,
  type Loaded,
  type Loading,
  latestOf,
  seqsOf,
} from '../postgres/loading.ts';
import type { Locks } from '../postgres/locks.ts';
import type { Touched } from '../postgres/touched.ts';
import type { Branch } from './branch.ts';

interface Places {
  connection: Connection;
  branches: readonly Branch[];
  /** At home. */
  touched: Touched;
  loading: Loading;
}

/** `locks`: of home, then of each branch. */
export async function loadSpread(
  { connection, branches, touched, loading }: Places,
  [home, ...others]: readonly Locks[],
  { firsts }: Claimed,
): Promise<Loaded> {
  const [loaded, ...accounts] = await Promise.all([
    loading.load(connection, touched, { locks: home!, firsts }),
    ...branches.map((branch) => branch.accounts()),
  ]);
  const { rows } = loaded;
  let { latestMs } = loaded;
  for (const [index, { owners }] of others.entries()) {
    for (const [owner, seq] of seqsOf(owners)) rows.seqs.set(owner, seq);
    const found = accountsOf(accounts[index] as AccountRow[]);
    for (const [id, account] of found) rows.accounts.set(id, account);
    latestMs = Math.max(latestMs, latestOf(owners, new Map()));
  }
  return { rows, latestMs };
}

// Prepared transactions of this store in a part: their names, which there are, and how one is finished.
// Whether it is committed or rolled back is never decided here.

import { setTimeout } from 'node:timers/promises';
import type { Connection, Connections, Statement } from '../postgres/connections.ts';

export type Outcome = 'commit' | 'abort';

/** A prepared transaction that has not been finished. */
export interface Prepared {
  /** Of the transaction over all parts. */
  id: string;
  gid: string;
  sinceMs: number;
  /** By the part's clock. */
  ageMs: number;
}

/** Not there: somebody else has finished it (SQLSTATE 42704). Another is just at it: 55000. */
const GONE = '42704';
const BUSY = '55000';
const BUSY_LOOKS_MAX = 200;
const BUSY_PAUSE_MS = 5;

/** Names are those of the whole server, so they say whose they are; under PostgreSQL's 200 bytes. */
export function gidPrefix(journalId: string, part: string): string {
  return `holdfast:${journalId}:${part}:`;
}

const PREPARED: Statement = {
  name: 'prepared',
  text: `SELECT gid, (extract(epoch FROM prepared) * 1000)::bigint AS since_ms,
      (extract(epoch FROM clock_timestamp() - prepared) * 1000)::bigint AS age_ms
    FROM pg_prepared_xacts
    WHERE database = current_database() AND starts_with(gid, $1::text) ORDER BY prepared, gid`,
};

export async function preparedIn(connections: Connections, prefix: string): Promise<Prepared[]> {
  const rows = await connections.run(PREPARED, [prefix]);
  return rows.map(({ gid, since_ms: sinceMs, age_ms: ageMs }) => ({
    id: String(gid).slice(prefix.length),
    gid: String(gid),
    sinceMs: Number(sinceMs),
    ageMs: Number(ageMs),
  }));
}

/** Commits it or rolls it back; false when somebody else has. */
export async function finishPrepared(
  connection: Connection,
  gid: string,
  outcome: Outcome,
): Promise<boolean> {
  const text = `${outcome === 'commit' ? 'COMMIT' : 'ROLLBACK'} PREPARED '${gid}'`;
  for (let look = 1; ; look += 1) {
    try {
      await connection.say(text);
      return true;
    } catch (error) {
      const { code } = error as { code?: string };
      if (code === GONE) return false;
      if (code !== BUSY || look >= BUSY_LOOKS_MAX) throw error;
      await setTimeout(BUSY_PAUSE_MS);
    }
  }
}

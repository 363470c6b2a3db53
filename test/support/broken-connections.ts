// Breaks a connection of a store off at the server, as an operator or a failing machine does: one of
// those whose application has a given name. Keeps one connection of its own for that.

import { Pool } from 'pg';
import type { Random } from '../crash/random.ts';
import { providePostgres } from './postgres.ts';

const BREAK_OFF = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE application_name = $1 ORDER BY (state = 'active') DESC, pid OFFSET $2 LIMIT 1`;
/** Mostly one that has something to do. */
const PLACES = 4;

let operator: Pool | undefined;

export async function breakOff(applicationName: string, random: Random): Promise<void> {
  // Keeps no process alive.
  operator ??= new Pool({
    connectionString: await providePostgres(),
    max: 1,
    allowExitOnIdle: true,
  });
  await operator.query(BREAK_OFF, [applicationName, random.whole(0, PLACES - 1)]);
}

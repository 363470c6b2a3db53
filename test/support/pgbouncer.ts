// A PgBouncer in transaction mode in front of a PostgreSQL of the tests, with fewer connections to it than
// a store would open: each is shared. It ends with the process that started it.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastingPort } from './free-port.ts';
import { missing, programOf } from './needs.ts';
import { unprivileged } from './postgres/account.ts';
import { atProcessEnd, untilReady } from './postgres/server.ts';
import { postgresMissing } from './postgres.ts';
import { temporaryFolder } from './temporary-folder.ts';

const POOL_SIZE = 4;

export interface PgBouncer {
  /** Of the same database, through the pooler. */
  through(address: string): string;
  end(): Promise<void>;
}

/** Why a test that needs it is skipped; undefined when it is there, or CI forbids skipping. */
export function pgbouncerMissing(): string | undefined {
  return postgresMissing() ?? missing('pgbouncer');
}

export async function startPgBouncer(postgres: string): Promise<PgBouncer> {
  const port = await lastingPort();
  const folder = temporaryFolder('pgbouncer');
  const config = join(folder, 'pgbouncer.ini');
  writeFileSync(config, configText(postgres, port));
  const account = unprivileged() as { uid?: number; gid?: number };
  if (account.uid !== undefined) chownSync(folder, account.uid, account.gid!);
  const options = { ...account, cwd: '/', stdio: 'ignore' } as const;
  const child = spawn(programOf('pgbouncer')!, ['--quiet', config], options);
  child.unref();
  const forget = atProcessEnd(() => void child.kill('SIGKILL'));
  const through = (address: string) => {
    const url = new URL(address);
    url.host = `127.0.0.1:${port}`;
    return url.href;
  };
  const end = async () => {
    forget();
    await ended(child);
    rmSync(folder, { recursive: true, force: true });
  };
  if (await untilReady(through(postgres), () => child.exitCode !== null)) return { through, end };
  await end();
  throw new Error('PgBouncer did not start');
}

function configText(postgres: string, port: number): string {
  const { hostname, port: to, username, pathname } = new URL(postgres);
  const database = pathname.slice(1);
  return `[databases]
${database} = host=${hostname} port=${to} user=${username} dbname=${database}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${POOL_SIZE}
max_client_conn = 500
`;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.ref();
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

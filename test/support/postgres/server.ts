// What every PostgreSQL server of the tests is, however it is run: its settings, how one sees that it
// takes connections, and that it ends with the process that started it. Starts none itself.

import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';

/** Names and values as in postgresql.conf. */
export type Settings = Readonly<Record<string, string | number>>;

/** A server of a test's own, to be treated badly. Its address stays the same over restarts. */
export interface PostgresServer {
  /** Without a schema. */
  readonly address: string;
  /** `fast` breaks connections off and writes everything out; `immediate` just ends. */
  stop(how: 'fast' | 'immediate'): Promise<void>;
  /** `kill -9` of all its processes. */
  kill(): Promise<void>;
  /** Starts it again after a stop or a kill; resolves when it takes connections. */
  restart(): Promise<void>;
  /** The end of what the server wrote. */
  log(): string;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}

/** What is durable here is so by fsync: crash tests run on these settings too. */
export const SETTINGS: Settings = {
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  max_connections: 200,
  max_prepared_transactions: 64,
};

/** Recovery after a kill included. */
export const READY_MAX_MS = 60_000;
const CONNECT_MAX_MS = 5_000;
const POLL_MS = 20;

export function addressOn(port: number): string {
  return `postgres://postgres@127.0.0.1:${port}/postgres`;
}

export function settingArguments(settings: Settings): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** Waits until it answers a query; false when it has died or `READY_MAX_MS` passed. */
export async function untilReady(address: string, died: () => boolean): Promise<boolean> {
  const startMs = performance.now();
  while (!died() && performance.now() - startMs < READY_MAX_MS) {
    if (await answers(address)) return true;
    await delay(POLL_MS);
  }
  return false;
}

export async function answers(address: string): Promise<boolean> {
  const client = new Client({
    connectionString: address,
    connectionTimeoutMillis: CONNECT_MAX_MS,
    query_timeout: CONNECT_MAX_MS,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

const ENDINGS = new Set<() => void>();
let listening = false;

/**
 * Has it called, which must not wait, when this process ends, by a signal too. Returns how to call
 * that off.
 */
export function atProcessEnd(end: () => void): () => void {
  ENDINGS.add(end);
  if (!listening) listen();
  return () => ENDINGS.delete(end);
}

function listen(): void {
  listening = true;
  // Before the folders go that the servers write to.
  process.prependOnceListener('exit', () => {
    for (const end of ENDINGS) end();
  });
  const signals = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };
  for (const [signal, number] of Object.entries(signals)) {
    process.once(signal, () => process.exit(128 + number));
  }
}

// A real PostgreSQL for tests: one server for all tests of a run, in which each test takes a schema of
// its own, and servers that a test has to itself, to be stopped and killed. No test names a database
// in any other way.

import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { missing } from './needs.ts';
import { ContainerServer } from './postgres/container-server.ts';
import { findPostgres } from './postgres/find.ts';
import { ProgramServer } from './postgres/program-server.ts';
import { type PostgresServer, SETTINGS, type Settings } from './postgres/server.ts';

export type { PostgresServer } from './postgres/server.ts';

/** The address of a running server; test/run.ts sets it, or whoever has one. */
export const POSTGRES_VARIABLE = 'HOLDFAST_TEST_POSTGRES';
/** So that a forgotten connection is an error with a name and not a test that hangs. */
const DROP_WAIT_MAX = '10s';

/** Why a test that needs PostgreSQL is skipped; undefined when it is there, or CI forbids skipping. */
export function postgresMissing(): string | undefined {
  return missing('postgres');
}

/** The same for a test that starts servers of its own: an address is not enough for that. */
export function ownPostgresMissing(): string | undefined {
  if (findPostgres() !== undefined || process.env.CI) return undefined;
  return 'needs docker or programs of PostgreSQL 15 or newer: apt-get install postgresql';
}

let shared: Promise<PostgresServer> | undefined;

/** The server that all tests of a run share; it goes with this process. */
export async function providePostgres(): Promise<string> {
  const named = process.env[POSTGRES_VARIABLE];
  if (named !== undefined) return named;
  shared ??= startPostgres();
  return (await shared).address;
}

/** Lets the processes that this one starts use its server. Returns how to end it. */
export async function sharePostgres(): Promise<() => Promise<void>> {
  process.env[POSTGRES_VARIABLE] = await providePostgres();
  return async () => (await shared)?.remove();
}

export interface StartPostgresOptions {
  /** Beside those that all have. */
  settings?: Settings;
}

/** A server of the test's own. Call `remove` when done; it goes with this process at the latest. */
export async function startPostgres(options: StartPostgresOptions = {}): Promise<PostgresServer> {
  const settings = { ...SETTINGS, ...options.settings };
  const source = findPostgres();
  if (source === undefined) {
    throw new Error('no PostgreSQL 15 or newer: neither docker with an image nor programs');
  }
  return source.kind === 'image'
    ? ContainerServer.start(source.image, settings)
    : ProgramServer.start(source.folder, settings);
}

export interface FreshSchema {
  /** With `?schema=`: what an engine is opened with, which makes the schema. */
  readonly address: string;
  readonly schema: string;
  drop(): Promise<void>;
}

/** A schema that nobody else has, on the shared server or on the one that is named. */
export async function freshSchema(server?: string): Promise<FreshSchema> {
  const at = server ?? (await providePostgres());
  const schema = `test_${randomBytes(8).toString('hex')}`;
  const address = new URL(at);
  address.searchParams.set('schema', schema);
  return { address: address.href, schema, drop: () => dropSchema(at, schema) };
}

async function dropSchema(server: string, schema: string): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(`SET lock_timeout = '${DROP_WAIT_MAX}'`);
    await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  } finally {
    await client.end();
  }
}

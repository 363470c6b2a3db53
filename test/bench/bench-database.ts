// A database of its own for the benchmarks of a test file, on the shared server: what they leave behind is then
// theirs, and not that of others who run beside them.

import { randomBytes } from 'node:crypto';
import { after } from 'node:test';
import { Client } from 'pg';
import { providePostgres } from '../support/postgres.ts';

let made: Promise<string> | undefined;

after(async () => {
  if (made === undefined) return;
  const name = new URL(await made).pathname.slice(1);
  await run(await providePostgres(), `DROP DATABASE ${name} WITH (FORCE)`);
});

/** Its address; the same for all of a file. */
export function benchDatabase(): Promise<string> {
  made ??= create();
  return made;
}

/** The schemas in it that benchmarks have made and not dropped. Drops none. */
export async function benchSchemas(): Promise<unknown[]> {
  const text = `SELECT nspname FROM pg_namespace WHERE nspname LIKE 'bench\\_%'`;
  return run(await benchDatabase(), text);
}

/** Transactions in it that are prepared and not decided. */
export async function benchPrepared(): Promise<unknown[]> {
  const text = `SELECT gid FROM pg_prepared_xacts WHERE database = current_database()`;
  return run(await benchDatabase(), text);
}

async function create(): Promise<string> {
  const server = await providePostgres();
  const address = new URL(server);
  const name = `of_bench_${randomBytes(8).toString('hex')}`;
  await run(server, `CREATE DATABASE ${name}`);
  address.pathname = `/${name}`;
  return address.href;
}

async function run(connectionString: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

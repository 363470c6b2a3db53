// Brings a schema up to date: plain SQL files, each once, in order, by one server at a time.

import { readdirSync, readFileSync } from 'node:fs';
import { HoldfastError } from '../../errors.ts';
import type { Connection, Connections, Rows } from './connections.ts';

const SERVER_MIN = 150_000;

const SETTINGS = {
  name: '',
  text: `SELECT current_setting('server_version_num')::int AS version,
    current_setting('synchronous_commit') AS durable`,
};
/**
 * Until the end of the transaction nobody else changes what a schema is made of, its parts included.
 * Somebody else may be at it.
 */
export function lockSchema(connection: Connection, schema: string): Promise<Rows> {
  const text = `SELECT pg_advisory_xact_lock(hashtextextended($1::text, 0))`;
  return connection.run({ name: '', text, patient: true }, [schemaLock(schema)]);
}

/** The name of that lock. */
export function schemaLock(schema: string): string {
  return `holdfast schema ${schema}`;
}

/** What a schema is made for. */
export interface SchemaForm {
  /** Of its SQL files. */
  folder: URL;
  /** What its table `meta` says from the beginning, beside the version. */
  facts(): Record<string, string>;
  /** What speaks against a schema that says something else. */
  refuses(facts: ReadonlyMap<string, string>): string | undefined;
}

interface Migrating {
  schema: string;
  /** Refuses to make it. */
  existing: boolean;
  form: SchemaForm;
}

/** @throws HoldfastError `unavailable` for a server or a schema that this version cannot use */
export async function migrate(
  connections: Connections,
  { schema, existing, form }: Migrating,
): Promise<void> {
  const files = readdirSync(form.folder)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  await connections.with(checkServer);
  await connections.transaction(async (connection) => {
    await lockSchema(connection, schema);
    const facts = await factsIn(connection, schema);
    const done = Number(facts.get('schema_version') ?? 0);
    const wrong = done === 0 ? undefined : form.refuses(facts);
    if (wrong !== undefined) throw new HoldfastError('unavailable', wrong);
    if (done === 0) {
      if (existing)
        throw new HoldfastError('unavailable', `there is no store in the schema ${schema}`);
      await makeSchema(connection, schema);
    }
    if (done > files.length) {
      const newer = `the schema ${schema} was made by a newer version of Holdfast`;
      throw new HoldfastError('unavailable', newer);
    }
    for (const file of files.slice(done)) {
      await connection.say(`SET LOCAL search_path = "${schema}"`);
      await connection.say(readFileSync(new URL(file, form.folder), 'utf8'), { patient: true });
    }
    const noted = { schema_version: String(files.length), ...form.facts() };
    if (done < files.length) await note(connection, schema, noted);
  });
}

async function checkServer(connection: Connection): Promise<void> {
  const [server] = await connection.run(SETTINGS, []);
  if (Number(server!.version) < SERVER_MIN) {
    throw new HoldfastError('unavailable', 'PostgreSQL 15 or newer is needed');
  }
  if (server!.durable === 'off') {
    const what = 'synchronous_commit is off, so that what was answered could be lost';
    throw new HoldfastError('unavailable', `${what}; set it to on for this database or role`);
  }
}

async function factsIn(connection: Connection, schema: string): Promise<Map<string, string>> {
  const [row] = await connection.run(
    { name: '', text: `SELECT to_regclass($1) IS NOT NULL AS there` },
    [`"${schema}".meta`],
  );
  if (row!.there !== true) return new Map();
  const rows = await connection.run({ name: '', text: `SELECT * FROM "${schema}".meta` }, []);
  return new Map(rows.map(({ key, value }) => [String(key), String(value)]));
}

/** Not where it is there: whoever owns a schema need not have the right to make one. */
async function makeSchema(connection: Connection, schema: string): Promise<void> {
  const text = `SELECT 1 FROM pg_namespace WHERE nspname = $1`;
  const found = await connection.run({ name: '', text }, [schema]);
  if (found.length === 0) await connection.say(`CREATE SCHEMA "${schema}"`);
}

async function note(
  connection: Connection,
  schema: string,
  facts: Readonly<Record<string, string>>,
): Promise<void> {
  const text = `INSERT INTO "${schema}".meta SELECT * FROM unnest($1::text[], $2::text[])
    ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value WHERE meta.key = 'schema_version'`;
  await connection.run({ name: '', text }, [Object.keys(facts), Object.values(facts)]);
}

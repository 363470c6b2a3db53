// Brings a schema up to date: plain SQL files, each once, in order, by one server at a time.

import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { HoldfastError } from '../../errors.ts';
import type { Connection, Connections } from './connections.ts';

const FOLDER = new URL('./sql/', import.meta.url);
const SERVER_MIN = 150_000;

const SETTINGS = {
  name: '',
  text: `SELECT current_setting('server_version_num')::int AS version,
    current_setting('synchronous_commit') AS durable`,
};
const LOCK = {
  name: '',
  text: `SELECT pg_advisory_xact_lock(hashtextextended($1::text, 0))`,
  // Somebody else may be at it.
  patient: true,
};

/** @throws HoldfastError `unavailable` for a server or a schema that this version cannot use */
export async function migrate(
  connections: Connections,
  { schema, existing }: { schema: string; existing: boolean },
): Promise<void> {
  const files = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.sql'))
    .sort();
  await connections.with(async (connection) => {
    await checkServer(connection);
    await connection.say('BEGIN');
    try {
      await connection.run(LOCK, [`holdfast schema ${schema}`]);
      const done = await doneIn(connection, schema);
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
        await connection.say(readFileSync(new URL(file, FOLDER), 'utf8'), { patient: true });
      }
      if (done < files.length) await note(connection, schema, files.length);
      await connection.say('COMMIT');
    } catch (error) {
      await connection.rollBack();
      throw error;
    }
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

async function doneIn(connection: Connection, schema: string): Promise<number> {
  const [row] = await connection.run(
    { name: '', text: `SELECT to_regclass($1) IS NOT NULL AS there` },
    [`"${schema}".meta`],
  );
  if (row!.there !== true) return 0;
  const text = `SELECT value FROM "${schema}".meta WHERE key = 'schema_version'`;
  const [version] = await connection.run({ name: '', text }, []);
  return Number(version?.value ?? 0);
}

/** Not where it is there: whoever owns a schema need not have the right to make one. */
async function makeSchema(connection: Connection, schema: string): Promise<void> {
  const text = `SELECT 1 FROM pg_namespace WHERE nspname = $1`;
  const found = await connection.run({ name: '', text }, [schema]);
  if (found.length === 0) await connection.say(`CREATE SCHEMA "${schema}"`);
}

async function note(connection: Connection, schema: string, version: number): Promise<void> {
  const text = `INSERT INTO "${schema}".meta VALUES
      ('schema_version', $1), ('journal_id', $2), ('position', '0'), ('at_ms', '0'),
      ('alive_ms', '0'), ('due_not_before_ms', '0')
    ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value WHERE meta.key = 'schema_version'`;
  await connection.run({ name: '', text }, [String(version), randomUUID()]);
}

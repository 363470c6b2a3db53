// Which database each part is, as home has registered it. A dump that is restored elsewhere carries all that
// a part says of itself, but not what was prepared in it: so it is told by numbers that only PostgreSQL gives.

import type { Connection, Connections, Rows } from '../postgres/connections.ts';
import { lockSchema } from '../postgres/migrations.ts';
import { SILENT_MAX_MS } from '../postgres/shares.ts';
import type { Part } from './part.ts';

interface Home {
  connections: Connections;
  schema: string;
}

export class PartDatabases {
  readonly #home: Home;

  constructor(home: Home) {
    this.#home = home;
  }

  /**
   * Registers it the first time.
   *
   * @throws HoldfastError `unavailable` for another one than was registered: the part is not used then
   */
  async check(part: Part): Promise<void> {
    const found = await part.ask((at) => at.with((connection) => databaseOf(part, connection)));
    const registered = await this.#home.connections.with(async (connection) => {
      const known = await this.#registered(connection, part);
      if (known !== undefined) return known;
      const values = [keyOf(part), found];
      await this.#ask(
        connection,
        'INSERT INTO @.meta VALUES ($1, $2) ON CONFLICT DO NOTHING',
        values,
      );
      return this.#registered(connection, part);
    });
    if (registered !== found) throw part.unusable(movedAway(part.name));
  }

  /**
   * Registers the database of a part anew. Only while nobody is at work, who might still use the old one,
   * and only if it has all that home has decided.
   *
   * @throws HoldfastError `unavailable`
   */
  async accept(part: Part, nowMs: number): Promise<void> {
    const { connections, schema } = this.#home;
    await connections.transaction(async (connection) => {
      await lockSchema(connection, schema);
      const found = await part.ask((at) => at.with((there) => databaseOf(part, there)));
      if (found === (await this.#registered(connection, part))) return;
      const servers = 'SELECT 1 FROM @.server WHERE alive_ms >= $1::bigint';
      if ((await this.#ask(connection, servers, [nowMs - SILENT_MAX_MS])).length > 0) {
        throw part.unusable('a server is at work; stop all servers before a part moves');
      }
      const wrong = await this.#differing(connection, part);
      if (wrong !== undefined) throw part.unusable(wrong);
      await this.#ask(
        connection,
        `INSERT INTO @.meta VALUES ($1, $2)
         ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value`,
        [keyOf(part), found],
      );
    });
  }

  /** What was decided and never committed in the part is missing in a dump of it. */
  async #differing(connection: Connection, part: Part): Promise<string | undefined> {
    const told = await this.#ask(
      connection,
      `SELECT s ->> 0 AS id, max((s ->> 1)::bigint) AS seq
       FROM @.batch b CROSS JOIN LATERAL json_array_elements(b.body) AS e
       CROSS JOIN LATERAL json_array_elements(e -> 'seqs') AS s
       WHERE starts_with(s ->> 0, $1::text) GROUP BY 1 ORDER BY 1`,
      [part.prefix],
    );
    const text = `SELECT id, seq FROM "${part.schema}".owner WHERE seq > 0`;
    const rows = await part.ask((at) => at.run({ name: '', text, patient: true }));
    const kept = new Map(rows.map(({ id, seq }) => [id, Number(seq)]));
    const wrong = told.find(({ id, seq }) => kept.get(id) !== Number(seq))?.id;
    const unknown = rows.length > told.length ? 'some of its pools' : undefined;
    const what = wrong ?? unknown;
    if (what === undefined) return undefined;
    return (
      `it does not have of ${what} what the journal says, so that something was in doubt when it was ` +
      'dumped, or the dump is of another moment; start it where it was, finish that with holdfast ' +
      'reconcile --in-doubt, and move it again'
    );
  }

  async #registered(connection: Connection, part: Part): Promise<string | undefined> {
    const text = 'SELECT value FROM @.meta WHERE key = $1';
    const [row] = await this.#ask(connection, text, [keyOf(part)]);
    return row === undefined ? undefined : String(row.value);
  }

  /** `@` stands for home's schema. */
  #ask(connection: Connection, text: string, values: unknown[]): Promise<Rows> {
    const said = text.replaceAll('@', `"${this.#home.schema}"`);
    return connection.run({ name: '', text: said, patient: true }, values);
  }
}

function keyOf({ name }: Part): string {
  return `part_database:${name}`;
}

/** The data directory, the database and the schema: a copy of all files is the same, a dump is not. */
async function databaseOf({ schema }: Part, connection: Connection): Promise<string> {
  const text = `SELECT (SELECT system_identifier FROM pg_control_system())::text
      || '/' || (SELECT oid FROM pg_database WHERE datname = current_database())
      || '/' || (SELECT oid FROM pg_namespace WHERE nspname = $1) AS id`;
  const [row] = await connection.run({ name: '', text }, [schema]);
  return String(row!.id);
}

function movedAway(name: string): string {
  return (
    'its address leads to another database than the one that was registered; if it was moved with a ' +
    `dump, stop all servers and say holdfast reconcile --moved ${name}, else name its old address`
  );
}

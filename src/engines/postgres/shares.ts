// Which part of the work that all servers share falls to this one: those that have signed lately, in the
// order of their names. Two that see it differently for a moment do some of it twice, in vain.

import { randomUUID } from 'node:crypto';
import type { Connections } from './connections.ts';
import { schemaLock } from './migrations.ts';

/** A part of the whole: what has `index` when divided by `count`. */
export interface Share {
  index: number;
  count: number;
}

/** A server that has not signed for so long does no work: others do its share. */
export const SILENT_MAX_MS = 3_000;
/** Its name is forgotten then. */
const FORGOTTEN_MS = 60_000;

export class Shares {
  /** All of it, until it is known who else is there. */
  own: Share = { index: 0, count: 1 };
  readonly #connections: Connections;
  readonly #name: string;
  readonly #schema: string;
  readonly #id = randomUUID();

  constructor(connections: Connections, schema: string) {
    this.#connections = connections;
    this.#name = schema;
    this.#schema = `"${schema}"`;
  }

  /**
   * Signs for the first time. Who registers a part sees this server, or was done before: then the part is
   * seen by what is read next. Where opening takes long its first regular look may have signed already.
   */
  async enter(nowMs: number): Promise<void> {
    const text = `WITH locked AS MATERIALIZED (
        SELECT pg_advisory_xact_lock(hashtextextended($3::text, 0))
      )
      INSERT INTO ${this.#schema}.server (id, alive_ms) SELECT $1, $2::bigint FROM locked
      ON CONFLICT (id) DO UPDATE SET alive_ms = EXCLUDED.alive_ms`;
    const lock = schemaLock(this.#name);
    await this.#connections.run({ name: '', text, patient: true }, [this.#id, nowMs, lock]);
    await this.sign(nowMs);
  }

  /** Signs, and looks who else has. */
  async sign(nowMs: number): Promise<void> {
    const s = this.#schema;
    const rows = await this.#connections.run(
      {
        name: 'sign_server',
        text: `WITH signed AS (
            INSERT INTO ${s}.server (id, alive_ms) VALUES ($1, $2::bigint)
            ON CONFLICT (id) DO UPDATE SET alive_ms = EXCLUDED.alive_ms
          ), forgotten AS (
            DELETE FROM ${s}.server WHERE alive_ms < $2::bigint - ${FORGOTTEN_MS} AND id <> $1
          )
          SELECT id FROM ${s}.server
          WHERE alive_ms >= $2::bigint - ${SILENT_MAX_MS} AND id <> $1`,
      },
      [this.#id, nowMs],
    );
    const names = [this.#id, ...rows.map(({ id }) => String(id))].sort();
    this.own = { index: names.indexOf(this.#id), count: names.length };
  }

  /** The others need not wait until it is missed. */
  async leave(): Promise<void> {
    const text = `DELETE FROM ${this.#schema}.server WHERE id = $1`;
    await this.#connections.run({ name: '', text }, [this.#id]);
  }
}

// The decision log, at home: a transaction over several databases is committed when its row says so, and
// not before. The first row wins; whoever wanted another outcome obeys it.

import type { Connections, Rows } from '../postgres/connections.ts';
import type { Outcome } from './prepared.ts';

const NOW_MS = `floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint`;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

export class Decisions {
  readonly #connections: Connections;
  readonly #table: string;

  constructor(connections: Connections, schema: string) {
    this.#connections = connections;
    this.#table = `"${schema}".decision`;
  }

  /** Decides and commits, as the last words of the transaction at home. Fails where it is aborted. */
  commitText(id: string): string {
    return `INSERT INTO ${this.#table} VALUES ('${id}', 'commit', ${NOW_MS}); COMMIT`;
  }

  async outcomes(ids: readonly string[]): Promise<Map<string, Outcome>> {
    const rows = await this.#run(
      `SELECT id, outcome FROM ${this.#table} WHERE id = ANY($1::text[])`,
      [ids],
    );
    return new Map(rows.map(({ id, outcome }) => [String(id), outcome as Outcome]));
  }

  /** Aborts what nobody has decided. One who is just deciding is waited for; says what it came to. */
  async abort(id: string): Promise<Outcome> {
    const made = await this.#run(
      `INSERT INTO ${this.#table} VALUES ($1, 'abort', ${NOW_MS})
       ON CONFLICT DO NOTHING RETURNING outcome`,
      [id],
    );
    // In a statement of its own: what has won was committed after this one began.
    return made.length > 0 ? 'abort' : (await this.outcomes([id])).get(id)!;
  }

  /**
   * Forgets what nobody can ask for any more: who decides an hour late, or asks a day late, has lost its
   * connection long since. `undone`: transactions that some part still has prepared.
   */
  async forget(undone: readonly string[]): Promise<number> {
    const rows = await this.#run(
      `DELETE FROM ${this.#table} WHERE id <> ALL($1::text[]) AND at_ms < ${NOW_MS} -
         CASE outcome WHEN 'commit' THEN ${HOUR_MS} ELSE ${DAY_MS} END RETURNING 1`,
      [undone],
    );
    return rows.length;
  }

  #run(text: string, values: unknown[]): Promise<Rows> {
    return this.#connections.run({ name: '', text }, values);
  }
}

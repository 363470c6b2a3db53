// What the servers of one store tell each other about time: when one of them was last alive, and until
// when nothing falls due after all were away.

import type { Connections, Rows } from './connections.ts';

export interface Life {
  journalId: string;
  position: number;
  /** The latest time that was ever given out. */
  atMs: number;
  /** When a server was last seen before this one; 0 for a new store. */
  aliveMs: number;
  dueNotBeforeMs: number;
  /** Of pools that live in other databases: how their ids begin, by the part's name. */
  parts: Record<string, string>;
}

export class LifeSigns {
  readonly #connections: Connections;
  readonly #schema: string;
  readonly #decides: boolean;

  /** `decides`: false where another store decides, and this one's times of rest mean nothing. */
  constructor(connections: Connections, schema: string, { decides = true } = {}) {
    this.#connections = connections;
    this.#schema = `"${schema}"`;
    this.#decides = decides;
  }

  /** Reads what is known, and signs at once: of two servers that start together one was alive first. */
  async enter(nowMs: number): Promise<Life> {
    const rows = await this.#connections.run(
      {
        name: '',
        // One row alone is locked: the sequencers lock others, in an order of their own.
        text: `WITH before AS MATERIALIZED (
            SELECT value FROM ${this.#schema}.meta WHERE key = 'alive_ms' FOR UPDATE
          ), signed AS (
            UPDATE ${this.#schema}.meta SET value = GREATEST(value::bigint, $1::bigint)::text
            WHERE key = 'alive_ms'
          )
          SELECT key, CASE key WHEN 'alive_ms' THEN before.value ELSE meta.value END AS value
          FROM ${this.#schema}.meta, before`,
      },
      [nowMs],
    );
    return this.#decides ? lifeOf(rows) : { ...lifeOf(rows), aliveMs: 0 };
  }

  async read(): Promise<Life> {
    const text = `SELECT key, value FROM ${this.#schema}.meta`;
    return lifeOf(await this.#connections.run({ name: 'life', text }));
  }

  async sign(nowMs: number): Promise<void> {
    const text = `UPDATE ${this.#schema}.meta SET value = $1::bigint::text
      WHERE key = 'alive_ms' AND value::bigint < $1::bigint`;
    await this.#connections.run({ name: 'sign', text }, [nowMs]);
  }

  async holdExpiryUntil(atMs: number): Promise<void> {
    const text = `UPDATE ${this.#schema}.meta
      SET value = GREATEST(value::bigint, $1::bigint)::text WHERE key = 'due_not_before_ms'`;
    await this.#connections.run({ name: '', text }, [atMs]);
  }
}

function lifeOf(rows: Rows): Life {
  const values = new Map(rows.map(({ key, value }) => [String(key), String(value)]));
  const number = (key: string) => Number(values.get(key) ?? 0);
  return {
    journalId: values.get('journal_id') ?? '',
    position: number('position'),
    atMs: number('at_ms'),
    aliveMs: number('alive_ms'),
    dueNotBeforeMs: number('due_not_before_ms'),
    parts: JSON.parse(values.get('parts') ?? '{}') as Record<string, string>,
  };
}

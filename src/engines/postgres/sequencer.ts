// Gives committed batches their positions in the journal, one sequencer at a time, in the order in
// which they were decided where they conflict. Wakes the other servers; they read what is there.

import { BEGIN, type Connections, type Statement } from './connections.ts';

/** Batches in one go. */
const BATCHES_MAX = 1_000;

export class Sequencer {
  readonly #connections: Connections;
  readonly #lock: Statement;
  readonly #sequence: Statement;
  readonly #look: Statement;
  readonly #notify: string;
  #running: Promise<number> | undefined;
  #next: Promise<number> | undefined;

  constructor(connections: Connections, schema: string) {
    this.#connections = connections;
    const s = `"${schema}"`;
    this.#lock = {
      name: 'sequencer_lock',
      text: `SELECT pg_advisory_xact_lock(hashtextextended($1::text, 0))`,
    };
    this.#sequence = {
      name: 'sequence',
      text: `WITH todo AS MATERIALIZED (
          SELECT id, ord, count, at_ms FROM ${s}.batch WHERE first IS NULL ORDER BY ord LIMIT ${BATCHES_MAX}
        ), placed AS (
          SELECT id, count, at_ms, sum(count) OVER (ORDER BY ord) - count AS before FROM todo
        ), base AS MATERIALIZED (
          SELECT value::bigint AS last FROM ${s}.meta WHERE key = 'position'
        ), updated AS (
          UPDATE ${s}.batch b SET first = base.last + placed.before + 1
          FROM placed, base WHERE b.id = placed.id RETURNING b.count, b.at_ms
        ), timed AS (
          UPDATE ${s}.meta SET value = GREATEST(value::bigint, (SELECT max(at_ms) FROM updated))::text
          WHERE key = 'at_ms' AND EXISTS (SELECT FROM updated)
        ), moved AS (
          UPDATE ${s}.meta
          SET value = (value::bigint + (SELECT sum(count) FROM updated))::text
          WHERE key = 'position' AND EXISTS (SELECT FROM updated)
          RETURNING value
        )
        SELECT coalesce((SELECT value FROM moved), (SELECT value FROM ${s}.meta WHERE key = 'position'))
            AS position,
          (SELECT count(*) FROM updated) AS batches`,
    };
    this.#look = {
      name: 'sequencer_look',
      text: `SELECT value AS position, EXISTS (SELECT FROM ${s}.batch WHERE first IS NULL) AS more
        FROM ${s}.meta WHERE key = 'position'`,
    };
    this.#notify = `NOTIFY "${schema}"; COMMIT`;
    this.#schema = schema;
  }

  readonly #schema: string;

  /**
   * Sequences all that is committed; returns the position of the last entry. One at a time: whoever
   * asks meanwhile shares the next one, and a crowd of readers takes one connection.
   */
  run(): Promise<number> {
    if (this.#running === undefined) return this.#start();
    this.#next ??= this.#running.then(
      () => this.#start(),
      () => this.#start(),
    );
    return this.#next;
  }

  #start(): Promise<number> {
    this.#next = undefined;
    this.#running = this.#runAll().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #runAll(): Promise<number> {
    // Woken by another sequencer one finds nothing to do: four servers that each took the lock and wrote
    // the same position again held each other up.
    const [row] = await this.#connections.run(this.#look);
    if (row!.more !== true) return Number(row!.position);
    while (true) {
      const { position, batches } = await this.#step();
      if (batches < BATCHES_MAX) return position;
    }
  }

  async #step(): Promise<{ position: number; batches: number }> {
    return this.#connections.with(async (connection) => {
      await connection.say(BEGIN);
      try {
        // The lock first: the next statement then sees all that the sequencer before has done.
        await connection.run(this.#lock, [`holdfast sequencer ${this.#schema}`]);
        const [row] = await connection.run(this.#sequence, []);
        const batches = Number(row!.batches);
        await connection.say(batches > 0 ? this.#notify : 'COMMIT');
        return { position: Number(row!.position), batches };
      } catch (error) {
        await connection.rollBack();
        throw error;
      }
    });
  }
}

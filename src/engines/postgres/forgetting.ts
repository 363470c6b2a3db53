// Forgets requests a day after their documents are final: sent again after that they are first tries. Once
// an hour, by whichever server comes first, it notes when the oldest live document was created; what was
// asked before the note of a day ago has nothing live any more.

import type { Connections } from './connections.ts';

const HOUR_MS = 3_600_000;
/** A request is remembered for so long after its document is final. */
const KEPT_HOURS = 24;
/** What is decided and not committed yet is not seen: longer than any transaction lasts. */
const UNSEEN_MS = 120_000;
/** Batches whose requests go in one statement. */
const BATCHES_MAX = 1_000;

export class Forgetting {
  readonly #connections: Connections;
  readonly #schema: string;
  #hour = 0;

  constructor(connections: Connections, schema: string) {
    this.#connections = connections;
    this.#schema = `"${schema}"`;
  }

  /** Does what this hour asks for, if nobody has, and `more`; returns how many requests were forgotten. */
  async step(nowMs: number, more?: () => Promise<unknown> | undefined): Promise<number> {
    const hour = Math.floor(nowMs / HOUR_MS);
    if (hour <= this.#hour) return 0;
    const isFirst = await this.#note(hour, nowMs);
    const forgotten = isFirst ? await this.#forget(hour) : 0;
    if (isFirst) await more?.();
    this.#hour = hour;
    return forgotten;
  }

  async #note(hour: number, nowMs: number): Promise<boolean> {
    const s = this.#schema;
    const rows = await this.#run(
      `INSERT INTO ${s}.live_since (hour, oldest_ms)
       SELECT $1::bigint, LEAST($2::bigint - ${UNSEEN_MS}, (SELECT min(live_ms) FROM ${s}.document))
       ON CONFLICT DO NOTHING RETURNING hour`,
      [hour, nowMs],
    );
    return rows.length > 0;
  }

  async #forget(hour: number): Promise<number> {
    const s = this.#schema;
    // The last hour that is a day old; a whole hour more, because a note is of some moment in its hour.
    const [bounds] = await this.#run(
      `SELECT (SELECT oldest_ms FROM ${s}.live_since WHERE hour < $1::bigint
               ORDER BY hour DESC LIMIT 1) AS until_ms,
              (SELECT max(forgotten_ms) FROM ${s}.live_since) AS after_ms`,
      [hour - KEPT_HOURS],
    );
    if (bounds!.until_ms === null) return 0;
    const untilMs = Number(bounds!.until_ms);
    let afterMs = Number(bounds!.after_ms ?? 0);
    let forgotten = 0;
    while (afterMs < untilMs) {
      const [step] = await this.#run(
        `WITH old AS MATERIALIZED (
           SELECT id, at_ms FROM ${s}.batch WHERE at_ms >= $1::bigint AND at_ms < $2::bigint
           ORDER BY at_ms LIMIT ${BATCHES_MAX}
         ), gone AS (
           DELETE FROM ${s}.request r USING old WHERE r.batch = old.id RETURNING 1
         )
         SELECT (SELECT count(*) FROM gone) AS gone, (SELECT count(*) FROM old) AS batches,
           (SELECT max(at_ms) FROM old) AS last_ms`,
        [afterMs, untilMs],
      );
      forgotten += Number(step!.gone);
      // Those of its last moment are looked at once more: there may be others of the same.
      const isLast = Number(step!.batches) < BATCHES_MAX || Number(step!.last_ms) === afterMs;
      afterMs = isLast ? untilMs : Number(step!.last_ms);
    }
    await this.#run(
      `WITH old AS (DELETE FROM ${s}.live_since WHERE hour < $1::bigint - 2 * ${KEPT_HOURS})
       UPDATE ${s}.live_since SET forgotten_ms = $2::bigint WHERE hour = $1::bigint`,
      [hour, untilMs],
    );
    return forgotten;
  }

  #run(text: string, values: unknown[]) {
    return this.#connections.run({ name: '', text }, values);
  }
}

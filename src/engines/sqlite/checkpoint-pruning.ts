// Lets go of old checkpoints: the last seven stay, and the last of each month (UTC). Their parts go a
// few at a time between batches, because a large checkpoint would hold up the journal for seconds.

import type { DatabaseSync } from 'node:sqlite';

const KEPT_LAST = 7;
const PARTS_PER_STEP = 2;

export class CheckpointPruning {
  readonly #journal: DatabaseSync;
  /** Checkpoints that are gone, whose parts are not. */
  #going: number[];

  constructor(journal: DatabaseSync) {
    this.#journal = journal;
    this.#going = this.#orphans();
  }

  /** Call when a checkpoint has become whole. */
  prune(): void {
    const { changes } = this.#journal
      .prepare(
        `DELETE FROM checkpoint WHERE position < (
           SELECT min(position) FROM (
             SELECT position FROM checkpoint WHERE parts IS NOT NULL
             ORDER BY position DESC LIMIT ?))
         AND position NOT IN (
           SELECT max(position) FROM checkpoint WHERE parts IS NOT NULL
           GROUP BY strftime('%Y-%m', at_ms / 1000, 'unixepoch'))`,
      )
      .run(KEPT_LAST);
    if (Number(changes) > 0) this.#going = this.#orphans();
  }

  /** Deletes a few parts; whether there are more. */
  step(): boolean {
    const position = this.#going[0];
    if (position === undefined) return false;
    const { changes } = this.#journal
      .prepare(
        `DELETE FROM checkpoint_part WHERE position = ? AND part IN (
           SELECT part FROM checkpoint_part WHERE position = ? LIMIT ?)`,
      )
      .run(position, position, PARTS_PER_STEP);
    if (Number(changes) === 0) this.#going.shift();
    return this.#going.length > 0;
  }

  #orphans(): number[] {
    const rows = this.#journal
      .prepare(
        `SELECT DISTINCT position FROM checkpoint_part
         WHERE position NOT IN (SELECT position FROM checkpoint)`,
      )
      .all();
    return rows.map(({ position }) => Number(position));
  }
}

// The yardstick of what one would write by hand on the same library: a conditional update, an insert
// with its unique key and the indexes that look-ups and expiry need, 256 in a transaction, and a
// conditional update for what ends an older one.

import { randomUUID } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { LATER, type LoadOptions } from './buyers.ts';
import { openDatabaseFile, removeFiles } from './files.ts';

const BATCH = 256;

export interface HandWrittenOptions {
  path: string;
  pools: number;
  buyers: number;
  /** Reservations that are there before it is measured. */
  rows: number;
  /** What follows a reservation. */
  ends: LoadOptions['ends'];
}

const STATES = ['CONFIRMED', 'CANCELLED', 'EXPIRED'] as const;

export class HandWrittenSql {
  readonly options: HandWrittenOptions;
  readonly database: DatabaseSync;
  readonly #reservation: StatementSync;
  readonly #end: StatementSync;
  readonly #sell: StatementSync;
  readonly #giveBack: StatementSync;
  readonly #open: { id: string; pool: number }[] = [];
  #head = 0;
  #ids = 0;

  constructor(options: HandWrittenOptions) {
    this.options = options;
    removeFiles(options.path);
    this.database = openDatabaseFile(options.path);
    this.database.exec(`
      PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      PRAGMA cache_size = -262144;
      CREATE TABLE pool (id INTEGER PRIMARY KEY, available INTEGER NOT NULL, held INTEGER NOT NULL);
      CREATE TABLE reservation (id TEXT PRIMARY KEY, request_key TEXT NOT NULL, pool INTEGER NOT NULL,
        buyer TEXT NOT NULL, quantity INTEGER NOT NULL, state TEXT NOT NULL,
        expires_ms INTEGER NOT NULL) WITHOUT ROWID`);
    const prepare = (sql: string) => this.database.prepare(sql);
    this.#reservation = prepare("INSERT INTO reservation VALUES (?, ?, ?, ?, 1, 'HELD', ?)");
    this.#end = prepare("UPDATE reservation SET state = ? WHERE id = ? AND state = 'HELD'");
    this.#sell = prepare('UPDATE pool SET held = held - 1 WHERE id = ?');
    this.#giveBack = prepare(
      'UPDATE pool SET available = available + 1, held = held - 1 WHERE id = ?',
    );
    this.#fill();
  }

  /**
   * Accepted reservations per second over a time; each is followed by what ends an older one, as in
   * the load that it is compared with.
   */
  run(forMs: number): number {
    const { database, options } = this;
    const take = database.prepare(
      'UPDATE pool SET available = available - 1, held = held + 1 WHERE id = ? AND available >= 1',
    );
    const startMs = performance.now();
    let accepted = 0;
    while (performance.now() - startMs < forMs) {
      database.exec('BEGIN IMMEDIATE');
      for (let index = 0; index < BATCH; index += 1) {
        const pool = Math.floor(Math.random() * options.pools);
        if (Number(take.run(pool).changes) === 0) continue;
        this.#open.push({ id: this.#insert(pool), pool });
        accepted += 1;
        this.#endOne(accepted % 3);
      }
      database.exec('COMMIT');
    }
    return (accepted * 1_000) / (performance.now() - startMs);
  }

  /** One of the older ones is confirmed, cancelled or expired, by a conditional update each. */
  #endOne(turn: number): void {
    const { ends } = this.options;
    if (this.#open.length - this.#head < (ends === 'cycle' ? 1 : LATER)) return;
    const { id, pool } = this.#open[this.#head]!;
    this.#head += 1;
    const how = ends === 'cycle' ? 0 : turn;
    if (Number(this.#end.run(STATES[how]!, id).changes) === 0) return;
    if (how === 0) this.#sell.run(pool);
    else this.#giveBack.run(pool);
  }

  close(): void {
    this.database.close();
    removeFiles(this.options.path);
  }

  #fill(): void {
    const { database } = this;
    const { pools, rows } = this.options;
    database.exec('BEGIN');
    const pool = database.prepare('INSERT INTO pool VALUES (?, 1000000000, 0)');
    for (let id = 0; id < pools; id += 1) pool.run(id);
    for (let row = 0; row < rows; row += 1) {
      const id = this.#insert(row % pools);
      // The newest are ended from the first moment on.
      if (row >= rows - LATER) this.#open.push({ id, pool: row % pools });
    }
    database.exec(`COMMIT;
      CREATE UNIQUE INDEX reservation_key ON reservation (request_key);
      CREATE INDEX reservation_buyer ON reservation (buyer);
      CREATE INDEX reservation_due ON reservation (pool, expires_ms);`);
  }

  /** The id of the new reservation. Ids come in the order of time, as version 7 UUIDs do. */
  #insert(pool: number): string {
    this.#ids += 1;
    const time = Date.now().toString(16).padStart(12, '0');
    const id = `${time}-${this.#ids.toString(16).padStart(8, '0')}-${randomUUID().slice(0, 12)}`;
    const buyer = `buyer-${Math.floor(Math.random() * this.options.buyers)}`;
    this.#reservation.run(id, randomUUID(), pool, buyer, Date.now() + 900_000);
    return id;
  }
}

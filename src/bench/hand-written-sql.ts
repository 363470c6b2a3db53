// The yardstick of what one would write by hand on the same library: a conditional update, an insert
// with its unique key and the indexes that look-ups and expiry need, 256 in a transaction.

import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { openDatabaseFile, removeFiles } from './files.ts';

const BATCH = 256;

export interface HandWrittenOptions {
  path: string;
  pools: number;
  buyers: number;
  /** Reservations that are there before it is measured. */
  rows: number;
}

export class HandWrittenSql {
  readonly #options: HandWrittenOptions;
  readonly #database: DatabaseSync;

  constructor(options: HandWrittenOptions) {
    this.#options = options;
    removeFiles(options.path);
    this.#database = openDatabaseFile(options.path);
    this.#database.exec(`
      PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      PRAGMA cache_size = -262144;
      CREATE TABLE pool (id INTEGER PRIMARY KEY, available INTEGER NOT NULL, held INTEGER NOT NULL);
      CREATE TABLE reservation (id TEXT PRIMARY KEY, request_key TEXT NOT NULL, pool INTEGER NOT NULL,
        buyer TEXT NOT NULL, quantity INTEGER NOT NULL, state TEXT NOT NULL,
        expires_ms INTEGER NOT NULL) WITHOUT ROWID`);
    this.#fill();
  }

  /** Accepted reservations per second over a time. */
  run(forMs: number): number {
    const database = this.#database;
    const take = database.prepare(
      'UPDATE pool SET available = available - 1, held = held + 1 WHERE id = ? AND available >= 1',
    );
    const insert = this.#insert();
    const startMs = performance.now();
    let accepted = 0;
    while (performance.now() - startMs < forMs) {
      database.exec('BEGIN IMMEDIATE');
      for (let index = 0; index < BATCH; index += 1) {
        const pool = Math.floor(Math.random() * this.#options.pools);
        if (Number(take.run(pool).changes) === 0) continue;
        insert(pool);
        accepted += 1;
      }
      database.exec('COMMIT');
    }
    return (accepted * 1_000) / (performance.now() - startMs);
  }

  close(): void {
    this.#database.close();
    removeFiles(this.#options.path);
  }

  #fill(): void {
    const { pools, rows } = this.#options;
    const database = this.#database;
    database.exec('BEGIN');
    const pool = database.prepare('INSERT INTO pool VALUES (?, 1000000000, 0)');
    for (let id = 0; id < pools; id += 1) pool.run(id);
    const insert = this.#insert();
    for (let row = 0; row < rows; row += 1) insert(row % pools);
    database.exec(`COMMIT;
      CREATE UNIQUE INDEX reservation_key ON reservation (request_key);
      CREATE INDEX reservation_buyer ON reservation (buyer);
      CREATE INDEX reservation_due ON reservation (pool, expires_ms);`);
  }

  #insert(): (pool: number) => void {
    const insert = this.#database.prepare(
      "INSERT INTO reservation VALUES (?, ?, ?, ?, 1, 'HELD', ?)",
    );
    let id = 0;
    return (pool) => {
      // Ids in the order of time, as version 7 UUIDs are.
      id += 1;
      const time = Date.now().toString(16).padStart(12, '0');
      const buyer = `buyer-${Math.floor(Math.random() * this.#options.buyers)}`;
      insert.run(
        `${time}-${id.toString(16).padStart(8, '0')}-${randomUUID().slice(0, 12)}`,
        randomUUID(),
        pool,
        buyer,
        Date.now() + 900_000,
      );
    };
  }
}

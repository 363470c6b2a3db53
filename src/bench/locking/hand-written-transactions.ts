// The yardstick of what one would write by hand: BEGIN, an UPDATE for each line that holds only if there
// is enough, an INSERT with the indexes that look-ups and expiry need, COMMIT; a caller a connection.
// Lines go in one order, so that carts do not deadlock.

import { randomUUID } from 'node:crypto';
import type { Statement } from '../../engines/postgres/connections.ts';
import type { LineCommand } from '../../kernel/commands.ts';
import { POOLS, poolName, SOLD_OUT } from './carts.ts';
import type { OwnSchema } from './own-schema.ts';

export const HAND_WRITTEN =
  'BEGIN, UPDATE ... WHERE available >= n, INSERT, COMMIT on 20 connections';
export const HAND_WRITTEN_CONNECTIONS = 20;

const HOLD_MS = 900_000;

export class HandWrittenTransactions {
  readonly #schema: OwnSchema;
  readonly #take: Statement;
  readonly #insert: Statement;

  private constructor(schema: OwnSchema) {
    const s = schema.schema;
    this.#schema = schema;
    this.#take = {
      name: 'take',
      text: `UPDATE ${s}.pool SET available = available - $2::bigint, held = held + $2::bigint
        WHERE id = $1 AND available >= $2::bigint RETURNING 1`,
    };
    this.#insert = {
      name: 'insert',
      text: `INSERT INTO ${s}.reservation (id, request_key, buyer, lines, state, expires_ms)
        VALUES ($1, $2, $3, $4, 'HELD', $5)`,
    };
  }

  /** With as many reservations as the store beside it. */
  static async make(
    schema: OwnSchema,
    { stockPerPool, live }: { stockPerPool: number; live: number },
  ): Promise<HandWrittenTransactions> {
    const s = schema.schema;
    const pools = Array.from({ length: POOLS }, (_, index) => `('${poolName(index)}')`);
    await schema.connections.with((connection) =>
      connection.say(
        `
        CREATE SCHEMA ${s};
        CREATE TABLE ${s}.pool (id text PRIMARY KEY,
          available bigint NOT NULL DEFAULT ${stockPerPool} CHECK (available >= 0),
          held bigint NOT NULL DEFAULT 0) WITH (fillfactor = 50);
        INSERT INTO ${s}.pool (id) VALUES ${pools.join(', ')};
        INSERT INTO ${s}.pool (id, available) VALUES ('${SOLD_OUT}', 0);
        CREATE TABLE ${s}.reservation (id uuid NOT NULL, request_key text NOT NULL,
          buyer text NOT NULL, lines json NOT NULL, state text NOT NULL, expires_ms bigint NOT NULL);
        INSERT INTO ${s}.reservation
        SELECT gen_random_uuid(), gen_random_uuid()::text, 'buyer-' || (random() * 1000000)::int,
          '[{"pool":"pool-0","quantity":1}]', 'HELD', ${Date.now() + HOLD_MS}
        FROM generate_series(1, ${live});
        ALTER TABLE ${s}.reservation ADD PRIMARY KEY (id), ADD UNIQUE (request_key);
        CREATE INDEX ON ${s}.reservation (buyer);
        CREATE INDEX ON ${s}.reservation (expires_ms) WHERE state = 'HELD';
        ANALYZE ${s}.pool; ANALYZE ${s}.reservation`,
        { patient: true },
      ),
    );
    return new HandWrittenTransactions(schema);
  }

  /** Whether there was enough of everything. */
  reserve(lines: readonly LineCommand[], buyer: string): Promise<boolean> {
    const sorted = [...lines].sort((one, other) => (one.pool < other.pool ? -1 : 1));
    return this.#schema.connections.with(async (connection) => {
      await connection.say('BEGIN');
      for (const { pool, quantity } of sorted) {
        if ((await connection.run(this.#take, [pool, quantity])).length === 1) continue;
        await connection.say('ROLLBACK');
        return false;
      }
      const due = Date.now() + HOLD_MS;
      const values = [randomUUID(), randomUUID(), buyer, JSON.stringify(lines), due];
      await connection.run(this.#insert, values);
      await connection.say('COMMIT');
      return true;
    });
  }
}

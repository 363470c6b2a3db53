// The yardstick of what one would write by hand: in both databases BEGIN, an UPDATE that holds only if there
// is enough, an INSERT and PREPARE TRANSACTION; then the decision in a third, committed; then COMMIT
// PREPARED in both. The two go side by side, and nothing recovers what dies in between.

import { randomUUID } from 'node:crypto';
import type { Connection, Statement } from '../../engines/postgres/connections.ts';
import type { OwnSchema } from '../locking/own-schema.ts';
import { POOLS, randomPool, STOCK_PER_POOL } from './cart-store.ts';

export const HAND_WRITTEN =
  'BEGIN, UPDATE, INSERT, PREPARE in both, a decision, COMMIT PREPARED in both, 20 callers';
export const HAND_WRITTEN_CALLERS = 20;

interface Side {
  schema: OwnSchema;
  take: Statement;
  insert: Statement;
}

export class HandWrittenTwoPhase {
  readonly #home: OwnSchema;
  readonly #sides: readonly Side[];

  private constructor(home: OwnSchema, sides: readonly Side[]) {
    this.#home = home;
    this.#sides = sides;
  }

  /** The first keeps decisions, the others stock. */
  static async make([home, ...others]: readonly OwnSchema[]): Promise<HandWrittenTwoPhase> {
    await home!.connections.with((connection) =>
      connection.say(`CREATE SCHEMA ${home!.schema};
        CREATE TABLE ${home!.schema}.decision (id uuid PRIMARY KEY, outcome text NOT NULL)`),
    );
    const sides: Side[] = [];
    for (const schema of others) {
      const s = schema.schema;
      await schema.connections.with((connection) =>
        connection.say(`CREATE SCHEMA ${s};
          CREATE TABLE ${s}.pool (id int PRIMARY KEY,
            available bigint NOT NULL DEFAULT ${STOCK_PER_POOL} CHECK (available >= 0),
            held bigint NOT NULL DEFAULT 0) WITH (fillfactor = 50);
          INSERT INTO ${s}.pool (id) SELECT generate_series(0, ${POOLS - 1});
          CREATE TABLE ${s}.reservation (id uuid PRIMARY KEY, pool int NOT NULL, state text NOT NULL)`),
      );
      const take = `UPDATE ${s}.pool SET available = available - 1, held = held + 1
        WHERE id = $1 AND available >= 1 RETURNING 1`;
      const insert = `INSERT INTO ${s}.reservation VALUES ($1, $2, 'HELD')`;
      sides.push({
        schema,
        take: { name: 'take', text: take },
        insert: { name: 'insert', text: insert },
      });
    }
    return new HandWrittenTwoPhase(home!, sides);
  }

  reserve(): Promise<boolean> {
    const id = randomUUID();
    const [north, south] = this.#sides as [Side, Side];
    return this.#on(north, (one) =>
      this.#on(south, async (other) => {
        const taken = await Promise.all([prepare(north, one, id), prepare(south, other, id)]);
        if (taken.includes(false)) return false;
        const decision = `INSERT INTO ${this.#home.schema}.decision VALUES ($1, 'commit')`;
        await this.#home.connections.run({ name: 'decide', text: decision }, [id]);
        await Promise.all([
          one.say(`COMMIT PREPARED '${gidOf(north, id)}'`),
          other.say(`COMMIT PREPARED '${gidOf(south, id)}'`),
        ]);
        return true;
      }),
    );
  }

  #on<T>({ schema }: Side, use: (connection: Connection) => Promise<T>): Promise<T> {
    return schema.connections.with(use);
  }
}

/** There is enough of everything. */
async function prepare(side: Side, connection: Connection, id: string): Promise<boolean> {
  const pool = randomPool();
  await connection.say('BEGIN');
  const taken = await connection.run(side.take, [pool]);
  if (taken.length === 0) {
    await connection.say('ROLLBACK');
    return false;
  }
  await connection.run(side.insert, [id, pool]);
  await connection.say(`PREPARE TRANSACTION '${gidOf(side, id)}'`);
  return true;
}

function gidOf({ schema }: Side, id: string): string {
  return `${schema.schema}:${id}`;
}

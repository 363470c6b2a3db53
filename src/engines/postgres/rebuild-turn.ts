// Whose turn it is to rebuild a store from its record: one at a time, by a lock that goes when its process does.
// It spares others work in vain; what keeps two apart is the number of the epoch.

import type { Connection, Connections } from './connections.ts';

const ALIVE_EVERY_MS = 5_000;
const SILENT_MAX_MS = 30_000;
const BEGIN = `BEGIN ISOLATION LEVEL READ COMMITTED;
  SET LOCAL idle_in_transaction_session_timeout = ${SILENT_MAX_MS}`;
const TRY = `SELECT pg_try_advisory_xact_lock(hashtextextended($1::text, 0)) AS own`;

export class RebuildTurn {
  readonly #connection: Connection;
  readonly #giveBack: () => void;
  readonly #alive: NodeJS.Timeout;

  private constructor(connection: Connection, giveBack: () => void) {
    this.#connection = connection;
    this.#giveBack = giveBack;
    this.#alive = setInterval(() => connection.say('SELECT 1').catch(() => {}), ALIVE_EVERY_MS);
    this.#alive.unref();
  }

  /** Undefined: somebody else is at it. */
  static async take(connections: Connections, name: string): Promise<RebuildTurn | undefined> {
    const { connection, giveBack } = await connections.lend();
    try {
      await connection.say(BEGIN);
      const [row] = await connection.run({ name: '', text: TRY }, [`holdfast rebuild ${name}`]);
      if (row!.own === true) return new RebuildTurn(connection, giveBack);
    } catch (error) {
      await connection.rollBack();
      giveBack();
      throw error;
    }
    await connection.rollBack();
    giveBack();
    return undefined;
  }

  async end(): Promise<void> {
    clearInterval(this.#alive);
    await this.#connection.rollBack();
    this.#giveBack();
  }
}

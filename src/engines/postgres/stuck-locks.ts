// Who waits for a lock that somebody else keeps for long: those buyers wait here, by lock, and nobody
// else does. One connection watches each lock, holding nothing; when it is free all that wait for it
// are decided together.

import type { Answered, Outcome, Transaction } from '../contract.ts';
import { BEGIN, type Connections, type Statement } from './connections.ts';
import type { Touched } from './touched.ts';

/** Which row is locked. */
export interface LockName {
  table: 'owner' | 'document';
  id: string;
}

interface Waiting {
  transaction: Transaction;
  resolve(outcome: Answered): void;
  reject(error: unknown): void;
}

/** Where rows are kept, and connections that only wait for their locks. */
export interface WatchedPlace {
  watching: Connections;
  schema: string;
}

interface StuckOptions {
  /** Where the locked row is. */
  placeOf(lock: LockName): WatchedPlace;
  /** How long somebody waits. */
  waitMaxMs: number;
  /** Decides those who have waited. */
  decide(batch: readonly Transaction[]): Promise<Answered[]>;
}

export class StuckLocks {
  readonly #options: StuckOptions;
  readonly #waiting = new Map<string, Waiting[]>();

  constructor(options: StuckOptions) {
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** A lock that a transaction needs and others wait for already. */
  among({ written, guarded, owners }: Touched): LockName | undefined {
    const owner = owners.find((id) => this.#waiting.has(keyOf({ table: 'owner', id })));
    if (owner !== undefined) return { table: 'owner', id: owner };
    const isStuck = (id: string) => this.#waiting.has(keyOf({ table: 'document', id }));
    const document = written.find(isStuck) ?? guarded.find(isStuck);
    return document === undefined ? undefined : { table: 'document', id: document };
  }

  /** Waits until a lock is free, then is decided; rejects when it is not free in time. */
  waitFor(lock: LockName, transaction: Transaction): Promise<Outcome> {
    const key = keyOf(lock);
    const waiting = this.#waiting.get(key);
    const list = waiting ?? [];
    if (waiting === undefined) this.#waiting.set(key, list);
    const outcome = new Promise<Outcome>((resolve, reject) => {
      list.push({ transaction, resolve, reject });
    });
    // Its batch may fail, or still be decided: then nobody hears of it yet. Unheard, it ends the process.
    outcome.catch(() => {});
    if (waiting === undefined) void this.#watch(lock, key, list);
    return outcome;
  }

  async #watch(name: LockName, key: string, waiting: Waiting[]): Promise<void> {
    const { placeOf, waitMaxMs, decide } = this.#options;
    const { watching, schema } = placeOf(name);
    const { table, id } = name;
    const lock: Statement = {
      name: `watch_${table}`,
      text: `SELECT 1 FROM "${schema}".${table} WHERE id = $1 FOR UPDATE`,
    };
    try {
      await watching.with(async (connection) => {
        await connection.say(`${BEGIN}; SET LOCAL lock_timeout = ${waitMaxMs}`);
        try {
          await connection.run(lock, [id]);
        } finally {
          await connection.rollBack();
        }
      });
      this.#waiting.delete(key);
      const outcomes = await decide(waiting.map(({ transaction }) => transaction));
      for (const [index, { resolve }] of waiting.entries()) resolve(outcomes[index]!);
    } catch (error) {
      this.#waiting.delete(key);
      for (const { reject } of waiting) reject(error);
    }
  }
}

function keyOf({ table, id }: LockName): string {
  return `${table} ${id}`;
}

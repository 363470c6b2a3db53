// Who waits for a lock that somebody else keeps for long: those buyers wait here, by lock, and nobody
// else does. One connection watches each lock, holding nothing; when it is free all that wait for it
// are decided together.

import type { Answered, Outcome, Transaction } from '../contract.ts';
import { BEGIN, type Connection, type Connections, type Statement } from './connections.ts';
import { isLockTimeout } from './failures.ts';
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
  /** What a failure there means, where it is one of several databases. */
  blamed?(error: unknown, isBroken: boolean): unknown;
}

/** Watched side by side in one place. */
export const WATCHING_MAX = 4;
/** Of more rows each is looked at so often: they take turns. */
const ROUND_MS = 1_000;
const TURN_MIN_MS = 10;

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

  async #watch(lock: LockName, key: string, waiting: Waiting[]): Promise<void> {
    try {
      await this.#free(lock).finally(() => this.#waiting.delete(key));
      const outcomes = await this.#options.decide(waiting.map(({ transaction }) => transaction));
      for (const [index, { resolve }] of waiting.entries()) resolve(outcomes[index]!);
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }

  /** In turns: a row that nobody looks at for want of a connection may be free long since. */
  async #free(lock: LockName): Promise<void> {
    const { placeOf, waitMaxMs } = this.#options;
    const place = placeOf(lock);
    const untilMs = performance.now() + waitMaxMs;
    while (true) {
      const leftMs = Math.ceil(untilMs - performance.now());
      try {
        await waitIn(place, lock, Math.max(TURN_MIN_MS, Math.min(leftMs, this.#turnMs)));
        return;
      } catch (error) {
        if (!isLockTimeout(error) || performance.now() >= untilMs) throw error;
      }
    }
  }

  get #turnMs(): number {
    return Math.floor(ROUND_MS / Math.ceil(this.#waiting.size / WATCHING_MAX));
  }
}

async function waitIn(place: WatchedPlace, { table, id }: LockName, maxMs: number): Promise<void> {
  const { watching, schema } = place;
  const lock: Statement = {
    name: `watch_${table}`,
    text: `SELECT 1 FROM "${schema}".${table} WHERE id = $1 FOR UPDATE`,
  };
  // What somebody is just making is not there to be locked; who makes it too waits for him.
  const make: Statement = {
    name: 'watch_made',
    text: `INSERT INTO "${schema}".owner (id) VALUES ($1) ON CONFLICT DO NOTHING`,
  };
  let used: Connection | undefined;
  try {
    await watching.with(async (connection) => {
      used = connection;
      await connection.say(`${BEGIN}; SET LOCAL lock_timeout = ${maxMs}`);
      try {
        if (table === 'owner') await connection.run(make, [id]);
        await connection.run(lock, [id]);
      } finally {
        await connection.rollBack();
      }
    });
  } catch (error) {
    throw place.blamed?.(error, used?.isBroken ?? true) ?? error;
  }
}

function keyOf({ table, id }: LockName): string {
  return `${table} ${id}`;
}

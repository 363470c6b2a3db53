// One attempt at a batch in one transaction of the database: claims requests, reads, decides, locks and
// writes, in the order of its locking strategy. Says what kept it from being committed; whoever asked
// decides whether there is another.

import type { ClockReading, Transaction } from '../contract.ts';
import { balanceBounds } from './balance-bounds.ts';
import { BEGIN, type Connection } from './connections.ts';
import { decide } from './deciding.ts';
import type { Committed, Decision, Undone } from './decision.ts';
import { type Claimed, type Loaded, Loading } from './loading.ts';
import type { Locking } from './locking.ts';
import type { LockMode } from './locks.ts';
import { Rivals } from './rivals.ts';
import { settle } from './settling.ts';
import { type CommitStatements, commitStatements } from './statements.ts';
import { type Missed, type Touched, touchedBy } from './touched.ts';
import { writeApplied } from './writing.ts';

export interface Asked {
  batch: readonly Transaction[];
  /** What earlier attempts have missed, and where this one notes what it has. */
  missed: Missed;
  mode: LockMode;
  locking: Locking;
}

/** How long one lock is waited for before it is left to those who need it, and one statement. */
export interface Timeouts {
  lockMs: number;
  statementMs: number;
}

interface AttemptsOptions {
  schema: string;
  timeouts: Timeouts;
  now(): ClockReading;
}

export class Attempts {
  readonly rivals = new Rivals();
  readonly #statements: CommitStatements;
  readonly #loading: Loading;
  readonly #begin: string;
  readonly #now: () => ClockReading;

  constructor({ schema, timeouts, now }: AttemptsOptions) {
    this.#statements = commitStatements(schema);
    this.#loading = new Loading(this.#statements);
    this.#now = now;
    this.#begin = beginWithin(timeouts);
  }

  async run(connection: Connection, asked: Asked): Promise<Committed | Undone> {
    await connection.say(this.#begin);
    try {
      const touched = touchedBy(asked.batch, asked.missed);
      const claimed = await this.#loading.claim(connection, touched);
      const decide = asked.locking === 'pessimistic' ? this.#underLocks : this.#beforeLocks;
      const decision = await decide.call(this, connection, { ...asked, touched, claimed });
      if (!('undone' in decision)) {
        this.rivals.note(decision.loaded.rows.seqs, decision.applied.owners);
      }
      const undone =
        'undone' in decision ? decision : await this.#write(connection, decision, claimed);
      if (undone !== undefined) {
        await connection.rollBack();
        return undone;
      }
      await connection.say('COMMIT');
      this.#loading.made(touched.owners);
      return { ...(decision as Decision).applied, batch: claimed.batch };
    } catch (error) {
      await connection.rollBack();
      throw error;
    }
  }

  async #underLocks(connection: Connection, asked: Claiming): Promise<Decision | Undone> {
    const { touched, mode, claimed } = asked;
    const locks = await this.#loading.lock(connection, touched, mode);
    if (locks.skipped.length > 0) return { undone: 'skipped', skipped: locks.skipped };
    const { firsts } = claimed;
    const loaded = await this.#loading.load(connection, touched, { locks, firsts });
    return this.#decide(connection, asked, loaded);
  }

  async #beforeLocks(connection: Connection, asked: Claiming): Promise<Decision | Undone> {
    const { touched, mode, claimed, batch, locking } = asked;
    const loaded = await this.#loading.look(connection, touched, claimed.firsts);
    const decision = await this.#decide(connection, asked, loaded);
    if ('undone' in decision) return decision;
    const locks = await this.#loading.lock(connection, touched, mode);
    if (locks.skipped.length > 0) return { undone: 'skipped', skipped: locks.skipped };
    return settle(decision, {
      ...{ locks, touched, batch, locking },
      versions: (ids) => this.#loading.versions(connection, ids),
    });
  }

  #decide(connection: Connection, asked: Asked, loaded: Loaded): Promise<Decision | Undone> {
    const reading = this.#now();
    return decide(asked, {
      ...{ loaded, reading },
      claimsOf: (accounts) => this.#loading.claims(connection, accounts, reading.dueMs),
    });
  }

  async #write(
    connection: Connection,
    { applied, loaded, isGuarded }: Decision,
    claimed: Claimed,
  ): Promise<Undone | undefined> {
    await this.#loading.forgetRefused(connection, claimed, applied);
    if (applied.entries.length === 0) return undefined;
    const isWhole = await writeApplied(connection, this.#statements, {
      applied,
      rows: loaded.rows,
      written: {
        batch: claimed.batch,
        atMs: applied.entries[0]!.atMs,
        bounds: isGuarded ? balanceBounds(applied) : undefined,
      },
    });
    if (isWhole) return undefined;
    if (!isGuarded) throw new Error('a row changed under its lock');
    return { undone: 'changed', exact: false };
  }
}

/** Begins a transaction. Said within it, so that the times also hold behind a pooler of connections. */
export function beginWithin({ lockMs, statementMs }: Timeouts): string {
  return `${BEGIN}; SET LOCAL lock_timeout = ${lockMs};
      SET LOCAL statement_timeout = ${statementMs}`;
}

interface Claiming extends Asked {
  touched: Touched;
  claimed: Claimed;
}

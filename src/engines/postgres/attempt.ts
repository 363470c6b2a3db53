// One attempt at a batch in one transaction of the database: claims requests, reads, decides, locks and
// writes, in the order of its locking strategy. Says what kept it from being committed; whoever asked
// decides whether there is another.

import { type Applied, apply } from '../../kernel/apply.ts';
import { requestKey } from '../../kernel/overlay.ts';
import type { ClockReading, Transaction } from '../contract.ts';
import { balanceBounds } from './balance-bounds.ts';
import { BEGIN, type Connection } from './connections.ts';
import { type Decision, timeOf, type Undone } from './decision.ts';
import { type LoadedClaims, LoadedState } from './loaded-state.ts';
import { type Claimed, type Loaded, Loading, namesOf } from './loading.ts';
import type { Locking } from './locking.ts';
import type { LockMode } from './locks.ts';
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

interface AttemptsOptions {
  schema: string;
  timeouts: { lockMs: number; statementMs: number };
  now(): ClockReading;
}

export class Attempts {
  readonly #statements: CommitStatements;
  readonly #loading: Loading;
  readonly #begin: string;
  readonly #now: () => ClockReading;

  constructor({ schema, timeouts, now }: AttemptsOptions) {
    this.#statements = commitStatements(schema);
    this.#loading = new Loading(this.#statements);
    this.#now = now;
    // Within the transaction, so that they also hold behind a pooler of connections.
    this.#begin = `${BEGIN}; SET LOCAL lock_timeout = ${timeouts.lockMs};
      SET LOCAL statement_timeout = ${timeouts.statementMs}`;
  }

  async run(connection: Connection, asked: Asked): Promise<Applied | Undone> {
    await connection.say(this.#begin);
    try {
      const touched = touchedBy(asked.batch, asked.missed);
      const claimed = await this.#loading.claim(connection, touched);
      const decide = asked.locking === 'pessimistic' ? this.#underLocks : this.#beforeLocks;
      const decision = await decide.call(this, connection, { ...asked, touched, claimed });
      const undone =
        'undone' in decision ? decision : await this.#write(connection, decision, claimed);
      if (undone !== undefined) {
        await connection.rollBack();
        return undone;
      }
      await connection.say('COMMIT');
      this.#loading.made(touched.owners);
      return (decision as Decision).applied;
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

  async #decide(
    connection: Connection,
    { batch, missed }: Asked,
    loaded: Loaded,
  ): Promise<Decision | Undone> {
    const reading = this.#now();
    const claims = new Map<string, LoadedClaims>();
    while (true) {
      const state = new LoadedState(timeOf(reading, loaded), loaded.rows, claims);
      const applied = apply(state, batch);
      if (!state.isWhole) {
        for (const owner of state.missed.owners) missed.owners.add(owner);
        for (const document of state.missed.documents) missed.documents.add(document);
        return { undone: 'missed' };
      }
      if (state.missedClaims.size === 0) {
        return { applied, loaded, reading, claims, isGuarded: false };
      }
      const found = await this.#loading.claims(connection, state.missedClaims, reading.dueMs);
      for (const [account, each] of found) claims.set(account, each);
    }
  }

  async #write(
    connection: Connection,
    { applied, loaded, isGuarded }: Decision,
    claimed: Claimed,
  ): Promise<Undone | undefined> {
    await this.#forgetRefused(connection, claimed, applied);
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

  async #forgetRefused(connection: Connection, { fresh }: Claimed, { entries }: Applied) {
    const refused = new Map(fresh);
    for (const { request } of entries) {
      if (request !== undefined) refused.delete(requestKey(request));
    }
    if (refused.size === 0) return;
    await connection.run(this.#statements.forgetRequests, namesOf([...refused.values()]));
  }
}

interface Claiming extends Asked {
  touched: Touched;
  claimed: Claimed;
}

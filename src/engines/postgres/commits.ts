// One batch, decided and written in one transaction of the database: lock, load, decide, write merged,
// commit. What it could not know before it decided it learns from the attempt, and tries again. Whoever
// needs what a foreign session keeps locked is decided later, and nobody else waits for him.

import { setTimeout } from 'node:timers/promises';
import { HoldfastError } from '../../errors.ts';
import { type Applied, apply } from '../../kernel/apply.ts';
import { requestKey } from '../../kernel/overlay.ts';
import type { Answered, ClockReading, Transaction } from '../contract.ts';
import type { Connection, Connections } from './connections.ts';
import { isLockTimeout, isTriedAgain } from './failures.ts';
import { type LoadedClaims, LoadedState } from './loaded-state.ts';
import { Loading, type Locked } from './loading.ts';
import type { LockMode } from './locks.ts';
import { commitStatements } from './statements.ts';
import { type LockName, StuckLocks } from './stuck-locks.ts';
import { type Missed, type Touched, touchedBy } from './touched.ts';
import { writeApplied } from './writing.ts';

const ATTEMPTS_MAX = 20;
const BACK_OFF_MS = 5;
const BACK_OFF_MAX_MS = 200;

export interface Timeouts {
  /** How long all wait for one lock, before it is left to those who need it. */
  lockMs: number;
  /** How long those wait. */
  stuckMs: number;
  statementMs: number;
}

interface CommitsOptions {
  connections: Connections;
  /** For those that only wait. */
  watching: Connections;
  schema: string;
  timeouts: Timeouts;
  now(): ClockReading;
  /** Called with what was committed. */
  committed(applied: Applied): void;
}

type Answers = Answered[];

export class Commits {
  readonly #options: CommitsOptions;
  readonly #statements: ReturnType<typeof commitStatements>;
  readonly #loading: Loading;
  readonly #stuck: StuckLocks;
  readonly #begin: string;

  constructor(options: CommitsOptions) {
    const { watching, schema, timeouts } = options;
    this.#options = options;
    this.#statements = commitStatements(schema);
    this.#loading = new Loading(this.#statements);
    this.#stuck = new StuckLocks({
      ...{ connections: watching, schema, waitMaxMs: timeouts.stuckMs },
      decide: (batch) => this.run(batch),
    });
    // Within the transaction, so that they also hold behind a pooler of connections. Locks are waited for,
    // and then what they protect is read: that needs this level of isolation, whatever the default is.
    this.#begin = `BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = ${timeouts.lockMs};
      SET LOCAL statement_timeout = ${timeouts.statementMs}`;
  }

  /** @throws HoldfastError `unavailable`, `disk-full`, `contended` */
  async run(batch: readonly Transaction[]): Promise<Answers> {
    const answers: Answers = new Array(batch.length);
    const free: number[] = [];
    for (const [index, transaction] of batch.entries()) {
      const lock = this.#stuck.isEmpty ? undefined : this.#stuck.among(needsOf(transaction));
      if (lock === undefined) free.push(index);
      else answers[index] = this.#stuck.waitFor(lock, transaction);
    }
    try {
      await this.#decideAll(batch, free, answers);
    } catch (error) {
      // Nobody may be left who waits for an answer that nobody hears.
      for (const answer of answers) if (answer instanceof Promise) answer.catch(() => {});
      throw error;
    }
    return answers;
  }

  async #decideAll(
    batch: readonly Transaction[],
    places: readonly number[],
    answers: Answers,
  ): Promise<void> {
    let left = places;
    let mode: LockMode = 'wait';
    const missed: Missed = { owners: new Set(), documents: new Set() };
    for (let attempt = 1; left.length > 0; attempt += 1) {
      if (attempt > ATTEMPTS_MAX) {
        throw new HoldfastError('contended', `not decided in ${ATTEMPTS_MAX} attempts`);
      }
      const asked: readonly Transaction[] = left.map((place) => batch[place]!);
      try {
        const skipped: LockName[] = [];
        const applied = await this.#options.connections.with((connection) =>
          this.#attempt(connection, { batch: asked, missed, mode, skipped }),
        );
        if (applied !== undefined) {
          for (const [index, place] of left.entries()) answers[place] = applied.outcomes[index]!;
          this.#options.committed(applied);
          return;
        }
        if (skipped.length > 0) {
          left = this.#leave(skipped, batch, left, answers);
          mode = 'wait';
        }
      } catch (error) {
        if (isLockTimeout(error)) mode = 'skip';
        else if (!isTriedAgain(error)) throw error;
        else
          await setTimeout(Math.random() * Math.min(BACK_OFF_MAX_MS, BACK_OFF_MS * 2 ** attempt));
      }
    }
  }

  /** Those who need what is locked wait for it; returns the others. */
  #leave(
    skipped: readonly LockName[],
    batch: readonly Transaction[],
    places: readonly number[],
    answers: Answers,
  ): number[] {
    const free: number[] = [];
    for (const place of places) {
      const transaction = batch[place]!;
      const needs = needsOf(transaction);
      const lock = skipped.find((each) => isNeeded(each, needs));
      if (lock === undefined) free.push(place);
      else answers[place] = this.#stuck.waitFor(lock, transaction);
    }
    return free;
  }

  /** Undefined when it needs what was not locked: then `missed` or `skipped` say what. */
  async #attempt(
    connection: Connection,
    asked: {
      batch: readonly Transaction[];
      missed: Missed;
      mode: LockMode;
      skipped: LockName[];
    },
  ): Promise<Applied | undefined> {
    const { batch, missed, mode, skipped } = asked;
    await connection.say(this.#begin);
    try {
      const touched = touchedBy(batch, missed);
      const locked = await this.#loading.lock(connection, touched, mode);
      for (const lock of locked.skipped) skipped.push(lock);
      const applied =
        skipped.length > 0 ? undefined : await this.#decide(connection, { batch, locked, missed });
      if (applied === undefined) {
        await connection.say('ROLLBACK');
        return undefined;
      }
      await this.#forgetRefused(connection, locked, applied);
      if (applied.entries.length > 0) {
        const { rows, batch: id } = locked;
        const written = { batch: id, atMs: applied.entries[0]!.atMs };
        await writeApplied(connection, this.#statements, { applied, rows, written });
      }
      await connection.say('COMMIT');
      this.#loading.made(touched.owners);
      return applied;
    } catch (error) {
      await connection.say('ROLLBACK').catch(() => {});
      throw error;
    }
  }

  async #decide(
    connection: Connection,
    { batch, locked, missed }: { batch: readonly Transaction[]; locked: Locked; missed: Missed },
  ): Promise<Applied | undefined> {
    // A pool's time does not go back, also where two servers' clocks differ by a millisecond.
    const reading = this.#options.now();
    const nowMs = Math.max(reading.nowMs, locked.latestMs);
    const time = { nowMs, dueMs: reading.dueMs };
    const claims = new Map<string, LoadedClaims>();
    while (true) {
      const state = new LoadedState(time, locked.rows, claims);
      const applied = apply(state, batch);
      if (!state.isWhole) {
        for (const owner of state.missed.owners) missed.owners.add(owner);
        for (const document of state.missed.documents) missed.documents.add(document);
        return undefined;
      }
      if (state.missedClaims.size === 0) return applied;
      const found = await this.#loading.claims(connection, state.missedClaims, time.dueMs);
      for (const [account, each] of found) claims.set(account, each);
    }
  }

  async #forgetRefused(connection: Connection, { fresh }: Locked, { entries }: Applied) {
    const refused = new Set(fresh);
    for (const { request } of entries) {
      if (request !== undefined) refused.delete(requestKey(request));
    }
    if (refused.size === 0) return;
    const names = [...refused].map(nameOfKey);
    await connection.run(this.#statements.forgetRequests, [
      names.map(([principal]) => principal),
      names.map(([, key]) => key),
    ]);
  }
}

function needsOf(transaction: Transaction): Touched {
  return touchedBy([transaction], { owners: new Set(), documents: new Set() });
}

function isNeeded({ table, id }: LockName, { owners, written, guarded }: Touched): boolean {
  if (table === 'owner') return owners.includes(id);
  return written.includes(id) || guarded.includes(id);
}

/** The inverse of `requestKey`. */
function nameOfKey(text: string): [principal: string, key: string] {
  const at = text.indexOf('\0');
  return at < 0 ? ['local', text] : [text.slice(0, at), text.slice(at + 1)];
}

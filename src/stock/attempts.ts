// Carries one command through: plan, commit, and again where the world moved in between. Here units
// that are past their deadline are freed before anyone is refused for want of them, and a retry of
// an accepted command finds its first answer even when its plan would be refused today.

import type { Batcher, Lane, Pending } from '../engines/batcher.ts';
import type { CommitRefusal, Document, Engine, Outcome, Transaction } from '../engines/contract.ts';
import { HoldfastError } from '../errors.ts';
import { fallDue } from '../kernel/finish.ts';
import type { Holding } from '../kernel/give-back.ts';
import type { Plan } from '../kernel/plan.ts';
import { type Refused, refuse } from '../kernel/refusals.ts';
import { type Accepted, Attempt, type Caller, type Carry, type Work } from './attempt.ts';
import { Freeing } from './freeing.ts';
import { Holdings } from './holdings.ts';
import type { SegmentDirectory } from './segment-directory.ts';
import { lineOf, shortSegmentOf } from './short-segment.ts';
import { translate } from './translate.ts';
import { Turns } from './turns.ts';
import { foundVersion, hasMoved, isIfMatch } from './what-moved.ts';
import { boundWaits } from './work-wait.ts';

/** How often a plan is made anew because another one came first, or tried again with no more there. */
const REPLANS_MAX = 5;

/** What plans are made with that may be stale. */
export interface Known {
  segments: SegmentDirectory;
  onStaleRule(): Promise<void>;
}

export class Attempts {
  readonly #engine: Engine;
  readonly #batcher: Batcher;
  readonly #known: Known;
  readonly #holdings: Holdings;
  readonly #freeing = new Freeing(async (ids) =>
    this.#fallingDue(await this.#holdings.latest(ids)),
  );

  /** Who does the work that documents ask for when they fall due. */
  readonly turns = new Turns();

  readonly #waited: Record<Lane, Pending[]> = { finish: [], reserve: [], background: [] };

  constructor(engine: Engine, batcher: Batcher, known: Known) {
    this.#engine = engine;
    this.#batcher = batcher;
    this.#known = known;
    this.#holdings = new Holdings(engine);
  }

  run<T>(work: Work<T>): Promise<Accepted<T> | Refused> {
    const caller = Promise.withResolvers<Accepted<T> | Refused>();
    this.#plan(new Attempt(work as Work<unknown>, this.#carry, caller as Caller));
    return caller.promise;
  }

  /** Makes what is due fall due; skips what somebody else has settled meanwhile, and work for others. */
  async settle(due: readonly Document[]): Promise<number> {
    const group = await this.#fallingDue(due.filter((document) => this.turns.takes(document)));
    const answers = group.map(
      (transaction) =>
        new Promise<Outcome>((done, failed) => {
          this.#batcher.submit('background', { transaction, done, failed });
        }),
    );
    const outcomes = await Promise.all(answers);
    const settled = outcomes.filter((outcome) => outcome.ok);
    for (const { entry } of settled) this.turns.give(entry.documents);
    return settled.length;
  }

  #plan(attempt: Attempt): void {
    let plan: Plan | Promise<Plan>;
    try {
      attempt.revision = this.#known.segments.revision;
      plan = attempt.plan();
    } catch (error) {
      attempt.failed(error);
      return;
    }
    if (plan instanceof Promise) {
      plan.then(
        (made) => this.#submit(attempt, made),
        (error) => attempt.failed(error),
      );
    } else this.#submit(attempt, plan);
  }

  #submit(attempt: Attempt, plan: Plan): void {
    const { work } = attempt;
    if (!plan.ok) {
      this.#submitUnplanned(attempt, plan);
      return;
    }
    const transaction = boundWaits(plan.transaction);
    if (work.request !== undefined) transaction.request = work.request;
    if (work.ifMatch !== undefined) {
      transaction.guards = [work.ifMatch, ...(transaction.guards ?? [])];
    }
    attempt.transaction = transaction;
    attempt.unplanned = undefined;
    this.#batcher.submit(work.lane, attempt);
  }

  /**
   * A plan that is refused was made on what may not be durable yet, and its command may have been
   * accepted before: both are settled by a commit whose guard can never hold.
   */
  #submitUnplanned(attempt: Attempt, refused: Refused): void {
    const { request, lane } = attempt.work;
    const transaction: Transaction = {
      guards: [{ document: 'none:none', version: 0 }],
      events: [],
    };
    if (request !== undefined) transaction.request = request;
    attempt.transaction = transaction;
    attempt.unplanned = refused;
    this.#batcher.submit(lane, attempt);
  }

  readonly #carry: Carry = (attempt, refusal) => {
    const { work, unplanned } = attempt;
    const { resolve, reject } = attempt.caller;
    if (unplanned !== undefined) {
      resolve(refusal.code === 'request-reused' ? translate(refusal) : unplanned);
      return;
    }
    if (refusal.code === 'insufficient' && refusal.due.length > 0) {
      // What is due and never becomes free must not be waited for for ever.
      if (attempt.isStuck(refusal, REPLANS_MAX)) reject(new HoldfastError('contended'));
      else this.#freeAndRetry(attempt, refusal.due).catch(reject);
      return;
    }
    const short = attempt.wide ? undefined : shortSegmentOf(refusal, this.#known.segments);
    if (short !== undefined) {
      attempt.wide = true;
      this.#known.segments.find(short, this.#engine).then(() => this.#plan(attempt), reject);
      return;
    }
    if (refusal.code === 'insufficient' && refusal.tentative) {
      // Units that are not decided for may come back: nobody can say yet that there are none.
      reject(new HoldfastError('contended'));
      return;
    }
    if (isIfMatch(work.ifMatch, refusal)) {
      resolve(refuse('stale-version', { ...work.ifMatch, found: foundVersion(refusal) }));
      return;
    }
    if (refusal.code !== 'document' || !(this.#isNews(attempt, refusal) || hasMoved(refusal))) {
      resolve(translate(lineOf(refusal, attempt.transaction)));
      return;
    }
    if (refusal.failed === 'notDue') {
      // Its time is over: settle it now, and let the next plan say so.
      this.#expireFirst(attempt, refusal.found!).catch(reject);
      return;
    }
    this.#replan(attempt, refusal).catch(reject);
  };

  /** Whether the plan did not know that a pool is sold in segments; others may have found out meanwhile. */
  #isNews({ revision }: Attempt, { found }: CommitRefusal & { code: 'document' }): boolean {
    const { segments } = this.#known;
    segments.learn(found);
    return found?.state === 'SEGMENTED' && revision !== segments.revision;
  }

  async #replan(attempt: Attempt, refusal: CommitRefusal & { code: 'document' }): Promise<void> {
    attempt.replans += 1;
    if (attempt.replans > REPLANS_MAX) throw new HoldfastError('contended');
    if (refusal.document.startsWith('limit:')) await this.#known.onStaleRule();
    this.#plan(attempt);
  }

  /**
   * The retry stands right behind the freeing, before all that came later. What another attempt is
   * freeing already is waited for.
   */
  async #freeAndRetry(attempt: Attempt, due: readonly string[]): Promise<void> {
    const { lane } = attempt.work;
    const others = this.#freeing.ofOthers(due);
    const group = await this.#freeing.take(due, attempt.caller.reject);
    if (others.length === 0) {
      this.#batcher.submitFirst(lane, [...group, attempt]);
      return;
    }
    if (group.length > 0) this.#batcher.submitFirst(lane, group);
    await Promise.all(others);
    this.#goOn(lane, attempt);
  }

  /** Those who waited for one freeing go on in the order in which they came. */
  #goOn(lane: Lane, retry: Pending): void {
    const together = this.#waited[lane];
    if (together.push(retry) > 1) return;
    queueMicrotask(() => this.#batcher.submitFirst(lane, together.splice(0)));
  }

  async #expireFirst(attempt: Attempt, document: Document): Promise<void> {
    const [transaction] = await this.#fallingDue([document]);
    if (transaction === undefined) {
      this.#plan(attempt);
      return;
    }
    this.#batcher.submitFirst(attempt.work.lane, [
      { transaction, failed: attempt.caller.reject, done: () => this.#plan(attempt) },
    ]);
  }

  async #fallingDue(documents: readonly Document[]): Promise<Transaction[]> {
    const transactions: Transaction[] = [];
    const { dueMs } = this.#engine.clock();
    for (const document of documents) {
      const plan = fallDue(await this.holdingOf(document, dueMs));
      if (plan.ok) transactions.push(boundWaits(plan.transaction));
    }
    return transactions;
  }

  /** A document with what it names. */
  holdingOf(document: Document, dueMs: number): Holding | Promise<Holding> {
    return this.#holdings.of(document, dueMs);
  }
}

// The callbacks that the simulator still owes, in its file: added in the commit of the deed that they tell
// of, so that neither a crash nor a restart loses one. Sends nothing.

import type { DatabaseSync } from 'node:sqlite';
import { type Chance, idOf } from './chance.ts';
import type { Faults } from './faults.ts';
import type { KeptPayment } from './payments.ts';
import type { CallbackBody, CallbacksAnswer, WireTruth } from './wire.ts';

export interface QueuedCallback {
  id: string;
  payment: string;
  url: string;
  body: string;
  madeMs: number;
  attempts: number;
}

export type CallbackEnd = 'delivered' | 'lost' | 'givenUp';

/** How long one that is to be overtaken waits at most for another. */
const OVERTAKEN_MAX_MS = 1_000;

export class CallbackQueue {
  readonly #db: DatabaseSync;
  readonly #chance: Chance;
  readonly #faults: () => Faults;
  /** Told when there is something to send. */
  onAdded: () => void = () => {};

  constructor(db: DatabaseSync, chance: Chance, faults: () => Faults) {
    this.#db = db;
    this.#chance = chance;
    this.#faults = faults;
  }

  /** Within the transaction of the deed. */
  add(payment: KeptPayment, truth: WireTruth, nowMs: number): void {
    if (payment.callbackUrl === null) return;
    const counted = this.#db
      .prepare('SELECT count(*) AS count FROM callback WHERE payment = ?')
      .get(payment.id) as { count: number };
    const id = idOf('msg', `${payment.id}/${counted.count}`);
    const at = new Date(nowMs).toISOString();
    const { reference } = payment;
    const type = 'payment.changed';
    const body: CallbackBody = { type, id, at, payment: payment.id, reference, truth };
    const { dueMs, held } = this.#plan(id, nowMs);
    this.#db
      .prepare(
        `INSERT INTO callback (id, payment, url, body, made_ms, due_ms, held) VALUES (?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(id, payment.id, payment.callbackUrl, JSON.stringify(body), nowMs, dueMs, held ? 1 : 0);
    this.onAdded();
  }

  /** What is due, in order, but for payments in `except`: theirs go one by one. */
  due(nowMs: number, except: ReadonlySet<string>, limit: number): QueuedCallback[] {
    const rows = this.#db
      .prepare(
        `SELECT id, payment, url, body, made_ms AS madeMs, attempts FROM callback
         WHERE status = 'waiting' AND due_ms <= ?
           AND payment NOT IN (SELECT value FROM json_each(?))
         ORDER BY due_ms, rowid LIMIT ?`,
      )
      .all(nowMs, JSON.stringify([...except]), limit) as unknown as QueuedCallback[];
    const first = new Map(rows.toReversed().map((row) => [row.payment, row]));
    return rows.filter((row) => first.get(row.payment) === row);
  }

  /** When the next falls due. */
  nextDueMs(): number | undefined {
    const next = this.#db
      .prepare(`SELECT min(due_ms) AS dueMs FROM callback WHERE status = 'waiting'`)
      .get() as { dueMs: number | null };
    return next.dueMs ?? undefined;
  }

  /** It is done with. Those that waited to be overtaken by it may go now. */
  end({ id, payment }: QueuedCallback, status: CallbackEnd, nowMs: number): void {
    this.#db.prepare('UPDATE callback SET status = ? WHERE id = ?').run(status, id);
    this.#db
      .prepare(
        `UPDATE callback SET due_ms = min(due_ms, ?), held = 0
         WHERE payment = ? AND held = 1 AND status = 'waiting'`,
      )
      .run(nowMs, payment);
  }

  /** Nobody took it. */
  again({ id }: QueuedCallback, dueMs: number): void {
    this.#db
      .prepare('UPDATE callback SET attempts = attempts + 1, due_ms = ? WHERE id = ?')
      .run(dueMs, id);
  }

  counts(): CallbacksAnswer {
    const counts: CallbacksAnswer = { waiting: 0, delivered: 0, lost: 0, givenUp: 0 };
    const rows = this.#db
      .prepare('SELECT status, count(*) AS count FROM callback GROUP BY status')
      .all() as { status: keyof CallbacksAnswer; count: number }[];
    for (const { status, count } of rows) counts[status] = count;
    return counts;
  }

  #plan(id: string, nowMs: number): { dueMs: number; held: boolean } {
    const faults = this.#faults();
    const held = this.#chance.happens(faults.callbackReordered, 'reordered', id);
    const isDelayed = this.#chance.happens(faults.callbackDelayed, 'delayed', id);
    const delayMs = isDelayed ? this.#chance.within(faults.callbackDelayMs, 'delay', id) : 0;
    return { dueMs: nowMs + delayMs + (held ? OVERTAKEN_MAX_MS : 0), held };
  }
}

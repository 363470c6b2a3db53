// The payments in the simulator's file: makes them, does what rules.ts allows, and keeps each deed, its
// movements and its callback in one commit. The truth of a payment is the sum of its movements; there is
// no second telling of it that could differ.

import type { DatabaseSync } from 'node:sqlite';
import type { CallbackQueue } from './callback-queue.ts';
import { idOf } from './chance.ts';
import { atomically } from './ledger-file.ts';
import { type Deed, type Move, rule } from './rules.ts';
import type { CaptureMode, MovementKind, PaymentAsk, Reason, WireTruth } from './wire.ts';

export interface KeptPayment {
  id: string;
  reference: string;
  order: string;
  amount: number;
  currency: string;
  capture: CaptureMode;
  callbackUrl: string | null;
  returnUrl: string | null;
  description: string | null;
  failed: string | null;
}

export type Told =
  | { ok: true; payment: KeptPayment; truth: WireTruth; isNew?: boolean }
  | { ok: false; error: Reason; message: string };

const COLUMNS = `id, reference, order_id AS "order", amount, currency, capture,
  callback_url AS callbackUrl, return_url AS returnUrl, description, failed`;
const UNKNOWN: Told = { ok: false, error: 'unknown-payment', message: 'there is no such payment' };

export class Payments {
  readonly #db: DatabaseSync;
  readonly #callbacks: CallbackQueue;
  readonly #now: () => number;
  readonly #byId;
  readonly #byReference;
  readonly #sums;
  readonly #add;
  readonly #move;

  constructor(db: DatabaseSync, callbacks: CallbackQueue, now: () => number) {
    this.#db = db;
    this.#callbacks = callbacks;
    this.#now = now;
    this.#byId = db.prepare(`SELECT ${COLUMNS} FROM payment WHERE id = ?`);
    this.#byReference = db.prepare(`SELECT ${COLUMNS} FROM payment WHERE reference = ?`);
    this.#sums = db.prepare(
      `SELECT kind, currency, sum(amount) AS amount FROM movement WHERE payment = ?
       GROUP BY kind, currency`,
    );
    this.#add = db.prepare(
      `INSERT INTO payment (id, reference, order_id, amount, currency, capture, callback_url, return_url,
         description) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#move = db.prepare(
      'INSERT INTO movement (payment, kind, amount, currency, at_ms) VALUES (?, ?, ?, ?, ?)',
    );
  }

  /** The same id again finds the first; for another sum it is refused. */
  create(ask: PaymentAsk): Told {
    const found = this.find(ask.payment);
    if (found.ok) return sameAsk(found.payment, ask) ? found : DIFFERS;
    const { payment, order, amount, currency, capture } = ask;
    const { callbackUrl = null, returnUrl = null, description = null } = ask;
    const reference = idOf('pay', payment);
    const asked = [payment, reference, order, amount, currency, capture] as const;
    this.#add.run(...asked, callbackUrl, returnUrl, description);
    const made = this.find(payment);
    return made.ok ? { ...made, isNew: true } : made;
  }

  find(id: string): Told {
    return this.#told(this.#byId.get(id));
  }

  /** By what the buyer's address says. */
  findByReference(reference: string): Told {
    return this.#told(this.#byReference.get(reference));
  }

  /** Does it once per key. The same key with another ask is refused. */
  act(id: string, deed: Deed, key: string | undefined): Told {
    return atomically(this.#db, () => {
      const found = this.find(id);
      if (!found.ok) return found;
      const asked = JSON.stringify([id, deed]);
      const before = key === undefined ? undefined : this.#askedBefore(key);
      if (before !== undefined) return before === asked ? found : REUSED;
      const { payment, truth } = found;
      const ruling = rule({ ...payment, truth }, deed);
      if (!ruling.ok) return ruling;
      if (key !== undefined) {
        this.#db.prepare('INSERT INTO deed (key, asked) VALUES (?, ?)').run(key, asked);
      }
      return this.#carryOut(found, ruling.moves, ruling.failed);
    });
  }

  #carryOut(found: Told & { ok: true }, moves: Move[], failed: string | undefined): Told {
    const { id } = found.payment;
    const atMs = this.#now();
    for (const { kind, amount, currency } of moves)
      this.#move.run(id, kind, amount, currency, atMs);
    if (failed !== undefined) {
      if (found.payment.failed === failed) return found;
      this.#db.prepare('UPDATE payment SET failed = ? WHERE id = ?').run(failed, id);
    }
    const told = this.find(id);
    if (told.ok) this.#callbacks.add(told.payment, told.truth, atMs);
    return told;
  }

  #askedBefore(key: string): string | undefined {
    const row = this.#db.prepare('SELECT asked FROM deed WHERE key = ?').get(key);
    return row?.asked as string | undefined;
  }

  #told(row: unknown): Told {
    if (row === undefined) return UNKNOWN;
    const payment = row as KeptPayment;
    return { ok: true, payment, truth: this.#truth(payment) };
  }

  #truth({ id, currency, failed }: KeptPayment): WireTruth {
    const sums = this.#sums.all(id) as unknown as Move[];
    const of = (kind: MovementKind) => sums.find((each) => each.kind === kind);
    const authorised = of('authorise');
    return {
      currency: authorised?.currency ?? currency,
      authorised: authorised?.amount ?? 0,
      captured: of('capture')?.amount ?? 0,
      refunded: of('refund')?.amount ?? 0,
      voided: of('void') !== undefined,
      ...(failed === null || authorised !== undefined ? {} : { failed }),
    };
  }
}

const DIFFERS: Told = {
  ok: false,
  error: 'payment-differs',
  message: 'there is a payment of this id for another sum',
};
const REUSED: Told = {
  ok: false,
  error: 'key-reused',
  message: 'this key was used for another deed',
};

function sameAsk(payment: KeptPayment, ask: PaymentAsk): boolean {
  return (['order', 'amount', 'currency', 'capture'] as const).every(
    (field) => payment[field] === ask[field],
  );
}

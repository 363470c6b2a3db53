// One buyer of a sale: takes a place, shows it until it has a pass, buys, pays, cancels or forgets, and comes back.
// Knows what it has, and says what no buyer should be told; keeps on whatever dies.

import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Reply } from '../http-client.ts';
import type { ToldOrder } from './sale-log.ts';
import { type Pass, type PlaceParts, SalePlace } from './sale-place.ts';
import { type Deed, ORDER_MAX, type PlannedBuyer, UNITS_MAX } from './sale-plan.ts';

const SHOWS_EVERY_MS = 200;
/** How long an order may stay unpaid: of one that is to run out, and of any other. */
const FORGOTTEN_FOR = '700ms';
const PAID_WITHIN = '60s';

/** Of two attempts with one pass: the other may find all gone before the pass is looked at. */
const SECOND_REFUSED = new Set(['pass-used', 'insufficient-stock', 'limit-exceeded']);

export interface SaleBuyerParts extends PlaceParts {
  pool: string;
  /** A store that answers before it has recorded may lose what it only held. */
  mayLoseHeld: boolean;
  /** Nothing is left, and nothing will come back. */
  isSoldOut: () => boolean;
}

export class SaleBuyer {
  readonly #its: SaleBuyerParts;
  readonly #place: SalePlace;
  #has = 0;
  /** Of how many units it may be, as far as it was told. */
  #most = ORDER_MAX + 1;
  isWaiting = false;

  constructor(its: SaleBuyerParts) {
    this.#its = its;
    this.#place = new SalePlace(its);
  }

  /** Until when a pass of theirs is out, which nobody else gets. */
  get passUntilMs(): number {
    return this.#place.passUntilMs;
  }

  /** All that it means to do, or until nothing is left. */
  async live({ joinsAfterMs, deeds }: PlannedBuyer): Promise<void> {
    await delay(joinsAfterMs);
    for (const deed of deeds) {
      while (!(await this.#carryOut(deed))) {
        if (this.#its.isSoldOut()) return;
        await delay(SHOWS_EVERY_MS);
      }
    }
    await this.#place.leave();
  }

  /** False: to be tried again. */
  async #carryOut({ do: what, quantity: most }: Deed): Promise<boolean> {
    const pass = await this.#admitted();
    if (pass === undefined) return false;
    if (what === 'leave') {
      await this.#place.leave();
      return true;
    }
    const quantity = Math.min(most, this.#most);
    const holdFor = what === 'expire' ? FORGOTTEN_FOR : PAID_WITHIN;
    const bought = await this.#buy({ pass, quantity, holdFor, twice: what === 'double' });
    if (bought === 'refused') return what === 'too-many';
    if (bought === undefined) return false;
    if (what === 'expire') return this.#forget(bought);
    const isEnded = await this.#end(bought, what === 'cancel' ? 'cancel' : 'paid');
    // Instead of too many it was given what was left: that is paid for, or would run out in a long round.
    return isEnded && what !== 'too-many';
  }

  // ── In line ───────────────────────────────────────────────────────────────────────────────────

  /** Its pass once it has one; undefined when there is nothing to wait for. */
  async #admitted(): Promise<Pass | undefined> {
    this.isWaiting = true;
    try {
      while (!this.#its.isSoldOut()) {
        const pass = await this.#place.show();
        if (pass !== undefined) return pass;
        await delay(SHOWS_EVERY_MS);
      }
      return undefined;
    } finally {
      this.isWaiting = false;
    }
  }

  // ── With a pass ───────────────────────────────────────────────────────────────────────────────

  /** The order; what refused it for good; undefined where another try may do better. */
  async #buy(asked: { pass: Pass; quantity: number; holdFor: string; twice: boolean }) {
    const { pass, quantity, holdFor, twice } = asked;
    const { name, sale, pool, line, log } = this.#its;
    const lines = [{ pool, quantity }];
    const body = { buyer: name, pass: pass.pass, holdFor, lines };
    const keys = twice ? [randomUUID(), randomUUID()] : [randomUUID()];
    const path = `/v1/sales/${sale}/checkout`;
    const replies = await Promise.all(keys.map((key) => line.command(path, body, key)));
    const made = replies.findIndex(({ status }) => status === 202);
    if (made === -1) return this.#refused(replies[0]!, pass, quantity);
    const others = replies.filter((_, index) => index !== made);
    for (const { status, body: other } of others) {
      if (!SECOND_REFUSED.has(String(other.code)))
        log.wrong.push(`${name}: one pass, and ${status} ${other.code}`);
    }
    const id = String(replies[made]!.body.orderId);
    if (id !== pass.id) log.wrong.push(`the pass ${pass.id} of ${name} made the order ${id}`);
    if (this.#has + quantity > UNITS_MAX || quantity > ORDER_MAX) {
      log.wrong.push(`${name} had ${this.#has} and was given ${quantity} more`);
    }
    this.#has += quantity;
    this.#most = ORDER_MAX + 1;
    const order: ToldOrder = { id, buyer: name, quantity, key: keys[made]!, body, end: 'open' };
    log.orders.set(id, order);
    this.#place.forget();
    return order;
  }

  #refused({ status, body }: Reply, { id, untilMs }: Pass, quantity: number) {
    const { code, available } = body;
    const { name, log } = this.#its;
    const isTooMany = this.#has + quantity > UNITS_MAX || quantity > ORDER_MAX;
    if (code === 'limit-exceeded') {
      if (isTooMany) return 'refused' as const;
      if (this.#mayLiveAgain()) log.counts.liveAgain += 1;
      else log.lost.push(`${name} has ${this.#has}, and may not have ${quantity} more`);
    } else if (code === 'not-admitted') {
      if (Date.now() < untilMs)
        log.lost.push(`the pass of ${name} is not good before its time is over`);
    } else if (code === 'pass-used') {
      if (!log.orders.has(id)) log.lost.push(`the pass of ${name} made no order, and is used`);
      this.#place.forget();
    } else if (code === 'insufficient-stock') {
      // Takes what is left: a last unit that nobody wants by itself would end no sale.
      if (Number(available) > 0) this.#most = Number(available);
    } else {
      log.wrong.push(`${name} was refused: ${status} ${code}`);
    }
    return undefined;
  }

  /**
   * An order of theirs was shown as run out. After more than 5 s down nothing is due for a minute, so that it may be
   * held once more, and counted. (Counts that are wrong are found in the journal, and would let nobody come to an end.)
   */
  #mayLiveAgain(): boolean {
    const { name, log } = this.#its;
    return [...log.orders.values()].some(({ buyer, end }) => buyer === name && end === 'expired');
  }

  /** Pays or cancels; false: it has run out before, or is lost. */
  async #end(order: ToldOrder, verb: 'paid' | 'cancel'): Promise<boolean> {
    const { name, line, log } = this.#its;
    const { status, body } = await line.command(`/v1/orders/${order.id}/${verb}`, {});
    const end = verb === 'paid' ? 'paid' : 'cancelled';
    if (status === 200) {
      order.end = end;
      if (end === 'cancelled') this.#has -= order.quantity;
      return true;
    }
    if (status === 404) return this.#gone(order);
    log.wrong.push(`${verb} of ${order.id} of ${name}: ${status} ${JSON.stringify(body)}`);
    return true;
  }

  /** Waits until its order has run out. */
  async #forget(order: ToldOrder): Promise<boolean> {
    for (;;) {
      const { status, body } = await this.#its.line.ask({
        method: 'GET',
        path: `/v1/orders/${order.id}`,
      });
      if (status === 404) return this.#gone(order);
      if (body.status === 'EXPIRED') {
        order.end = 'expired';
        this.#has -= order.quantity;
        return true;
      }
      await delay(SHOWS_EVERY_MS);
    }
  }

  #gone(order: ToldOrder): false {
    const { name, log, mayLoseHeld } = this.#its;
    if (mayLoseHeld) log.counts.lostHeld += 1;
    else log.lost.push(`order ${order.id} of ${name} is gone`);
    order.end = 'lost-held';
    this.#has -= order.quantity;
    return false;
  }
}

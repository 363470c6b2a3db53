// Buyers of what is paid in stages: they pay them in time, too late, all at once, wrongly or not at all, and
// they or the shop call it off before, between and after. They judge nothing.

import { setTimeout as delay } from 'node:timers/promises';
import { BuyerDeeds, type Shopping } from './buyer-deeds.ts';
import { PLANS, PRICE, STAGED_POOL } from './order-goods.ts';
import { type Bill, billOf } from './order-log.ts';

/** Why the shop calls an order off: then all of its money goes back. */
export const BY_SHOP = 'the shop cannot deliver';
const CHANNELS = ['default', 'patient', 'prompt', 'latest'];
const STAGES_MAX = 3;

export class StageBuyer {
  readonly #its: Shopping;
  readonly #deeds: BuyerDeeds;

  constructor(shopping: Shopping) {
    this.#its = shopping;
    this.#deeds = new BuyerDeeds(shopping);
  }

  /** False: the server gave no answer. */
  async live(): Promise<boolean> {
    const { random } = this.#its;
    const made = await this.#deeds.send('/v1/orders', {
      lines: [{ pool: STAGED_POOL, quantity: random.whole(1, 2), unitPrice: PRICE }],
      currency: 'EUR',
      buyer: `b${random.whole(1, 20)}`,
      channel: random.pick(CHANNELS),
      holdFor: random.pick(['300ms', '1s']),
      plan: random.pick(Object.keys(PLANS)),
      ...this.#deeds.vouchers(),
    });
    if (made === undefined) return false;
    // What is sold out comes back by and by.
    if (made.status >= 400) return delay(random.whole(20, 60), true);
    return this.#payAll(String(made.body.orderId));
  }

  async #payAll(order: string): Promise<boolean> {
    const { random } = this.#its;
    for (let stage = 0; stage < STAGES_MAX; stage += 1) {
      const dice = random.whole(1, 100);
      // He forgets it, and misses the stage.
      if (dice <= 12) return true;
      if (dice <= 20) return this.#deeds.cancel(order);
      if (dice <= 27) return this.#deeds.cancel(order, { by: 'shop', reason: BY_SHOP });
      const asked = random.chance(0.15) ? { stages: 'all' } : {};
      const started = await this.#deeds.begin(order, asked);
      if (started === undefined) return false;
      if (started.status >= 400) break;
      const bill = billOf(started);
      if (bill !== undefined && !(await this.#pay(bill))) return true;
      if (!(await this.#deeds.refresh(String(started.body.paymentId)))) return false;
      await delay(random.whole(0, 120));
    }
    return random.chance(0.3) ? this.#deeds.cancel(order) : true;
  }

  /** Whether he goes on with what comes next. */
  async #pay(bill: Bill): Promise<boolean> {
    const { random, log } = this.#its;
    const dice = random.whole(1, 100);
    if (dice <= 6) {
      log.late.push(bill);
      return false;
    }
    if (dice <= 12) await this.#deeds.payWrong(bill);
    else if (dice <= 18) await this.#deeds.pay(bill, { outcome: 'decline' });
    else if (dice <= 24) await this.#deeds.transfer(bill, { outcome: 'approve', amount: bill.due });
    else await this.#deeds.pay(bill, { outcome: 'approve' });
    // Twice by mistake.
    if (dice >= 96) await this.#deeds.transfer(bill, { outcome: 'approve', amount: bill.due });
    return true;
  }
}

// Buyers who order, pay (too little, in another currency, late, twice, not at all), change their minds,
// come back and ask, until their server is gone or the round is over. They judge nothing.

import type { Reply } from '../http-client.ts';
import { BuyerDeeds, type Shopping } from './buyer-deeds.ts';
import { POLICIES, POOLS, PRICE } from './order-goods.ts';
import { type Bill, billOf } from './order-log.ts';

export class OrderBuyer {
  readonly #its: Shopping;
  readonly #deeds: BuyerDeeds;

  constructor(shopping: Shopping) {
    this.#its = shopping;
    this.#deeds = new BuyerDeeds(shopping);
  }

  /** False: the server gave no answer. */
  async live(): Promise<boolean> {
    const { random, log } = this.#its;
    if (log.late.length > 0 && random.chance(0.2)) await this.#deeds.payLate();
    const made = await this.#deeds.send('/v1/orders', this.#order());
    if (made === undefined) return false;
    return made.status >= 400 || this.carryOn(made);
  }

  /** What becomes of an order that was made. */
  async carryOn(made: Reply): Promise<boolean> {
    if (this.#its.random.chance(0.1)) return true;
    if (!(await this.#deeds.reconsider(made))) return false;
    const started = await this.#deeds.begin(String(made.body.orderId));
    if (started === undefined) return false;
    if (started.status >= 400) return true;
    const bill = billOf(started);
    // The provider did not answer in time: the buyer looks again later.
    if (bill === undefined) return this.#deeds.refresh(String(started.body.paymentId));
    return this.#decide(bill);
  }

  async #decide(bill: Bill): Promise<boolean> {
    const { random, log } = this.#its;
    const deeds = this.#deeds;
    const dice = random.whole(1, 100);
    if (dice <= 8) return true;
    if (dice <= 20) {
      log.late.push(bill);
      return true;
    }
    if (dice <= 28) return deeds.cancel(bill.order);
    if (dice <= 34) return deeds.leave(bill.payment);
    if (dice <= 44) return this.#declined(bill);
    const paid = dice <= 54 ? deeds.payWrong(bill) : deeds.pay(bill, { outcome: 'approve' });
    // Sometimes both at the same moment.
    if (random.chance(0.15)) return (await Promise.all([paid, deeds.cancel(bill.order)]))[1];
    await paid;
    return this.#after(bill);
  }

  /** He asks, changes his mind, sends the money twice, begins again, or is content. */
  async #after(bill: Bill): Promise<boolean> {
    const { random } = this.#its;
    const deeds = this.#deeds;
    const { due: amount } = bill;
    if (random.chance(0.2)) await deeds.transfer(bill, { outcome: 'approve', amount });
    // After it the units are sold, if the money came in time.
    if (random.chance(0.6) && !(await deeds.refresh(bill.payment))) return false;
    if (random.chance(0.25)) return deeds.cancel(bill.order);
    if (random.chance(0.05)) return (await deeds.begin(bill.order)) !== undefined;
    return true;
  }

  /** After a card that failed another one, where the shop waits. */
  async #declined(bill: Bill): Promise<boolean> {
    await this.#deeds.pay(bill, { outcome: 'decline' });
    if (!(await this.#deeds.refresh(bill.payment))) return false;
    const again = await this.#deeds.begin(bill.order);
    const next = again && billOf(again);
    if (next !== undefined) await this.#deeds.pay(next, { outcome: 'approve' });
    return again !== undefined;
  }

  #order(): object {
    const { random } = this.#its;
    const pools = random.sample(POOLS, random.whole(1, POOLS.length));
    return {
      lines: pools.map((pool) => ({ pool, quantity: random.whole(1, 3), unitPrice: PRICE })),
      currency: 'EUR',
      buyer: `b${random.whole(1, 20)}`,
      channel: random.pick(Object.keys(POLICIES)),
      holdFor: random.pick(['200ms', '500ms', '1s']),
      ...this.#deeds.vouchers(),
    };
  }
}

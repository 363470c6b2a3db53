// Buyers who order, pay (too little, in another currency, late, twice, not at all), change their minds,
// come back and ask, until their server is gone or the round is over. They judge nothing.

import { randomUUID } from 'node:crypto';
import type { BuyerAsk } from '../../../src/payment-simulator/wire.ts';
import type { Ask, Reply, Sender } from '../http-client.ts';
import type { Random } from '../random.ts';
import { type Bill, billOf, type OrderLog } from './order-log.ts';

export const POOLS = ['tea', 'coffee'];
/** Of one unit. */
export const PRICE = 500;

/** What a shop lays down for its channels: every way in which units and money can meet. */
export const POLICIES: Record<string, object> = {
  default: { capture: 'manual', paymentFor: '1s' },
  patient: { capture: 'manual', onPaymentFailed: 'wait', paymentFor: '1s' },
  prompt: { capture: 'automatic', paymentFor: '500ms' },
  later: { deduct: 'on-payment', capture: 'automatic', paymentFor: '500ms' },
};

export interface Shopping {
  sender: Sender;
  log: OrderLog;
  random: Random;
  stop: AbortSignal;
}

/** One buyer after another, until no answer comes or `stop` says so. */
export async function shop(shopping: Shopping): Promise<void> {
  const buyer = new Buyer(shopping);
  let goesOn = true;
  while (goesOn && !shopping.stop.aborted) goesOn = await buyer.live();
}

class Buyer {
  readonly #its: Shopping;

  constructor(shopping: Shopping) {
    this.#its = shopping;
  }

  /** False: the server gave no answer. */
  async live(): Promise<boolean> {
    const { random, log } = this.#its;
    if (log.late.length > 0 && random.chance(0.2)) await this.#payLate();
    const made = await this.#send('/v1/orders', this.#order());
    if (made === undefined) return false;
    if (made.status >= 400) return true;
    const order = String(made.body.orderId);
    if (random.chance(0.1)) return true;
    const started = await this.#begin(order);
    if (started === undefined) return false;
    const bill = billOf(started);
    // The provider did not answer in time: the buyer looks again later.
    if (bill === undefined) return this.#refresh(String(started.body.paymentId));
    return this.#decide(bill);
  }

  async #decide(bill: Bill): Promise<boolean> {
    const { random, log } = this.#its;
    const dice = random.whole(1, 100);
    if (dice <= 8) return true;
    if (dice <= 20) {
      log.late.push(bill);
      return true;
    }
    if (dice <= 28) return this.#cancel(bill);
    if (dice <= 34) return this.#leave(bill);
    if (dice <= 44) return this.#declined(bill);
    const paid = dice <= 54 ? this.#payWrong(bill) : this.#pay(bill, { outcome: 'approve' });
    // Sometimes both at the same moment.
    if (random.chance(0.15)) return (await Promise.all([paid, this.#cancel(bill)]))[1];
    await paid;
    return this.#after(bill);
  }

  /** He asks, changes his mind, sends the money twice, begins again, or is content. */
  async #after(bill: Bill): Promise<boolean> {
    const { random } = this.#its;
    const { due: amount } = bill;
    if (random.chance(0.2)) await this.#transfer(bill, { outcome: 'approve', amount });
    // After it the units are sold, if the money came in time.
    if (random.chance(0.6) && !(await this.#refresh(bill.payment))) return false;
    if (random.chance(0.25)) return this.#cancel(bill);
    if (random.chance(0.05)) return (await this.#begin(bill.order)) !== undefined;
    return true;
  }

  /** After a card that failed another one, where the shop waits. */
  async #declined(bill: Bill): Promise<boolean> {
    await this.#pay(bill, { outcome: 'decline' });
    if (!(await this.#refresh(bill.payment))) return false;
    const again = await this.#begin(bill.order);
    const next = again && billOf(again);
    if (next !== undefined) await this.#pay(next, { outcome: 'approve' });
    return again !== undefined;
  }

  async #payWrong(bill: Bill): Promise<void> {
    this.#its.log.counts.wrong += 1;
    const { due: amount } = bill;
    const asks: BuyerAsk[] = [
      { outcome: 'approve', amount: amount - 1 },
      { outcome: 'approve', amount: amount + 100 },
      { outcome: 'approve', amount, currency: 'USD' },
    ];
    await this.#transfer(bill, this.#its.random.pick(asks));
  }

  async #payLate(): Promise<void> {
    const { log, random } = this.#its;
    const [bill] = log.late.splice(random.whole(0, log.late.length - 1), 1);
    log.counts.late += 1;
    await this.#transfer(bill!, { outcome: 'approve', amount: bill!.due });
  }

  /** Money that nobody can keep from arriving; who sent it wants to know what became of it. */
  async #transfer(bill: Bill, ask: BuyerAsk): Promise<void> {
    this.#its.log.asking.add(bill.payment);
    await this.#pay(bill, ask);
  }

  /** The provider may refuse, or be away: then the buyer has not paid, or does not know. */
  async #pay({ payUrl, payment }: Bill, ask: BuyerAsk): Promise<void> {
    const { log } = this.#its;
    try {
      const headers = { 'Content-Type': 'application/json' };
      const body = JSON.stringify(ask);
      const reply = await fetch(payUrl, { method: 'POST', headers, body });
      await reply.body?.cancel();
      if (reply.ok) log.counts.paid += 1;
    } catch {
      log.asking.add(payment);
    }
  }

  #cancel({ order }: Bill): Promise<boolean> {
    return this.#sent(`/v1/orders/${order}/cancel`);
  }

  /** He will pay another way, or not at all. */
  #leave({ payment }: Bill): Promise<boolean> {
    return this.#sent(`/v1/payments/${payment}/cancel`);
  }

  #refresh(payment: string): Promise<boolean> {
    return this.#sent(`/v1/payments/${payment}/refresh`);
  }

  #begin(order: string): Promise<Reply | undefined> {
    return this.#send(`/v1/orders/${order}/payments`, {});
  }

  async #sent(path: string): Promise<boolean> {
    return (await this.#send(path, {})) !== undefined;
  }

  #send(path: string, body: object): Promise<Reply | undefined> {
    const { log, sender } = this.#its;
    const ask: Ask = { method: 'POST', path, body, key: randomUUID() };
    return log.send(sender, ask);
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
    };
  }
}

// What a buyer can do about an order and its payments, whatever kind of order it is; each is sent once,
// and what came of it stands in the log. Decides nothing.

import { randomUUID } from 'node:crypto';
import type { BuyerAsk } from '../../../src/payment-simulator/wire.ts';
import type { Ask, Reply, Sender } from '../http-client.ts';
import type { Random } from '../random.ts';
import type { Bill, OrderLog } from './order-log.ts';

export interface Shopping {
  sender: Sender;
  log: OrderLog;
  random: Random;
  stop: AbortSignal;
}

export class BuyerDeeds {
  readonly #its: Shopping;

  constructor(shopping: Shopping) {
    this.#its = shopping;
  }

  /** Undefined: no answer came. */
  send(path: string, body?: object, method: Ask['method'] = 'POST'): Promise<Reply | undefined> {
    const { log, sender } = this.#its;
    const ask: Ask = { method, path, key: randomUUID() };
    return log.send(sender, body === undefined ? ask : { ...ask, body });
  }

  look(path: string): Promise<Reply | undefined> {
    return this.#its.sender.send({ method: 'GET', path }).catch(() => undefined);
  }

  begin(order: string, body: object = {}): Promise<Reply | undefined> {
    return this.send(`/v1/orders/${order}/payments`, body);
  }

  cancel(order: string, body: object = {}): Promise<boolean> {
    return this.#sent(`/v1/orders/${order}/cancel`, body);
  }

  /** He will pay another way, or not at all. */
  leave(payment: string): Promise<boolean> {
    return this.#sent(`/v1/payments/${payment}/cancel`);
  }

  refresh(payment: string): Promise<boolean> {
    return this.#sent(`/v1/payments/${payment}/refresh`);
  }

  /** Before he pays one more voucher is applied, or one of the order's is taken off again. */
  async reconsider({ body }: Reply): Promise<boolean> {
    const { random, log } = this.#its;
    const path = `/v1/orders/${body.orderId}/vouchers`;
    const [own] = (body.discounts ?? []) as { code: string }[];
    if (own !== undefined && random.chance(0.3)) return this.#sent(`${path}/${own.code}/remove`);
    if (random.chance(0.15)) return this.#sent(path, { code: random.pick(log.codes) });
    return true;
  }

  /** Sometimes a code or two: one that is anybody's, or one that is good once. */
  vouchers(): { vouchers?: string[] } {
    const { random, log } = this.#its;
    return random.chance(0.35) ? { vouchers: random.sample(log.codes, random.whole(1, 2)) } : {};
  }

  /** Money that nobody can keep from arriving; who sent it wants to know what became of it. */
  async transfer(bill: Bill, ask: BuyerAsk): Promise<void> {
    this.#its.log.asking.add(bill.payment);
    await this.pay(bill, ask);
  }

  async payWrong(bill: Bill): Promise<void> {
    this.#its.log.counts.wrong += 1;
    const { due: amount } = bill;
    const asks: BuyerAsk[] = [
      { outcome: 'approve', amount: amount - 1 },
      { outcome: 'approve', amount: amount + 100 },
      { outcome: 'approve', amount, currency: 'USD' },
    ];
    await this.transfer(bill, this.#its.random.pick(asks));
  }

  async payLate(): Promise<void> {
    const { log, random } = this.#its;
    const [bill] = log.late.splice(random.whole(0, log.late.length - 1), 1);
    log.counts.late += 1;
    await this.transfer(bill!, { outcome: 'approve', amount: bill!.due });
  }

  /** The provider may refuse, or be away: then the buyer has not paid, or does not know. */
  async pay({ payUrl, payment }: Bill, ask: BuyerAsk): Promise<void> {
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

  async #sent(path: string, body: object = {}): Promise<boolean> {
    return (await this.send(path, body)) !== undefined;
  }
}

// Buyers of what sells out: those who come too late take a place in line, and take what they are offered,
// leave, or forget it. They judge nothing.

import { setTimeout as delay } from 'node:timers/promises';
import { BuyerDeeds, type Shopping } from './buyer-deeds.ts';
import { OrderBuyer } from './order-buyers.ts';
import { LINE_POOL, POLICIES, PRICE } from './order-goods.ts';

const LOOKS_MAX = 12;
const LOOK_MS = 40;
const PLACES = `/v1/pools/${LINE_POOL}/waiters`;

export class LineBuyer {
  readonly #its: Shopping;
  readonly #deeds: BuyerDeeds;
  readonly #buyer: OrderBuyer;

  constructor(shopping: Shopping) {
    this.#its = shopping;
    this.#deeds = new BuyerDeeds(shopping);
    this.#buyer = new OrderBuyer(shopping);
  }

  /** False: the server gave no answer. */
  async live(): Promise<boolean> {
    const { random } = this.#its;
    const buyer = `b${random.whole(1, 20)}`;
    const quantity = random.whole(1, 2);
    const lines = [{ pool: LINE_POOL, quantity, unitPrice: PRICE }];
    const made = await this.#deeds.send('/v1/orders', { lines, buyer, ...this.#terms() });
    if (made === undefined) return false;
    if (made.status < 400) return this.#buyer.carryOn(made);
    const place = await this.#deeds.send(PLACES, { buyer, quantity });
    if (place === undefined) return false;
    return place.status >= 400 || this.#wait(String(place.body.id));
  }

  async #wait(waiter: string): Promise<boolean> {
    const { random, stop } = this.#its;
    for (let looks = 0; looks < LOOKS_MAX && !stop.aborted; looks += 1) {
      const found = await this.#deeds.look(`${PLACES}/${waiter}`);
      if (found === undefined) return false;
      if (found.body.status === 'OFFERED') return this.#offered(waiter);
      if (found.body.status !== 'WAITING') return true;
      if (random.chance(0.15)) return this.#leave(waiter);
      await delay(LOOK_MS);
    }
    return random.chance(0.5) ? this.#leave(waiter) : true;
  }

  async #offered(waiter: string): Promise<boolean> {
    const { random } = this.#its;
    const dice = random.whole(1, 100);
    // It lapses.
    if (dice <= 15) return true;
    if (dice <= 25) return this.#leave(waiter);
    const path = `${PLACES}/${waiter}/accept`;
    const made = await this.#deeds.send(path, { unitPrice: PRICE, ...this.#terms() });
    if (made === undefined) return false;
    return made.status >= 400 || this.#buyer.carryOn(made);
  }

  async #leave(waiter: string): Promise<boolean> {
    return (await this.#deeds.send(`${PLACES}/${waiter}`, undefined, 'DELETE')) !== undefined;
  }

  #terms(): object {
    const { random } = this.#its;
    return {
      currency: 'EUR',
      channel: random.pick(Object.keys(POLICIES)),
      holdFor: random.pick(['200ms', '500ms']),
      ...this.#deeds.vouchers(),
    };
  }
}

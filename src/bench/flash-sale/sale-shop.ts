// The shop of a benchmark of sales: sets them up, each ready to refuse or to sell in one way, and counts the units of
// their pools with those of the pools that they came from.

import { randomBuyer, STAYS_FOR } from '../http/reserve-requests.ts';
import type { PoolBalances } from '../http/shop.ts';
import { OrderShop } from '../orders/order-shop.ts';

/** Why an attempt is refused in a sale that is made for that. */
export const REASONS = ['sold-out', 'over-limit', 'not-open', 'limited', 'not-admitted'] as const;
export type Reason = (typeof REASONS)[number];

/** Of each item of the sale that sells to everybody. */
const PLENTY = 50_000_000;
/** So slow that nobody is let in while anything is measured. */
const NEVER = { perSecond: 0.001, burst: 1 };
const ONE_EACH = [{ per: 'buyer', quantityMax: 1 }];
const PER_BUYER = [{ per: 'buyer', quantityMax: 2 }];
/** Buyers are drawn again and again while a sale that sells to everybody is measured. */
const OFTEN = [{ per: 'buyer', quantityMax: 1_000_000 }];

export const SELLING = 'bench-selling';

export class SaleShop extends OrderShop {
  /** What the sale of a reason, or of a funnel, sells. */
  get item(): string {
    return this.pools[0]!;
  }

  /** Returns what a checkout in a sale is answered with. */
  async openSales(): Promise<object> {
    const items = this.pools.map((from) => ({ from, quantity: PLENTY, unitPrice: 1_990 }));
    await this.#begin(SELLING, { items, currency: 'EUR', limits: OFTEN });
    const one = [{ from: this.item, quantity: 1 }];
    const few = [{ from: this.item, quantity: 10 }];
    await this.#begin('sold-out', { items: one, limits: PER_BUYER });
    await this.#buyOne('sold-out');
    await this.#begin('limited', { items: one, limits: PER_BUYER, rate: NEVER });
    await this.#buyOne('limited');
    await this.#begin('over-limit', { items: few, limits: ONE_EACH });
    await this.#buyOne('over-limit', randomBuyer(1));
    // Nobody has a pass.
    await this.#begin('not-admitted', { items: one, limits: PER_BUYER, room: { multiple: 1 } });
    await this.#arm('not-open', { items: one, limits: PER_BUYER });
    return this.#buyOne(SELLING);
  }

  /** A sale of so many units, for a crowd; at most `perSecond` attempts of it are let in. */
  async openFunnel(sale: string, { units, rate }: { units: number; rate: object }): Promise<void> {
    const items = [{ from: this.item, quantity: units }];
    await this.#begin(sale, { items, limits: PER_BUYER, rate });
  }

  /** How many units a sale has sold or holds. */
  async taken(sale: string): Promise<number> {
    const reply = await fetch(`${this.url}/v1/sales/${sale}`);
    const { items } = (await reply.json()) as { items: { held: number; sold: number }[] };
    return items.reduce((sum, { held, sold }) => sum + held + sold, 0);
  }

  /** Those of a sale's pools count with the pools that their units came from. */
  override async balances(): Promise<PoolBalances[]> {
    const merged = new Map<string, PoolBalances>();
    for (const pool of await super.balances()) {
      const id = pool.id.split(':')[0]!;
      const home = merged.get(id) ?? { id, available: 0, held: 0, sold: 0, supply: 0 };
      for (const account of ['available', 'held', 'sold', 'supply'] as const) {
        home[account] += pool[account];
      }
      merged.set(id, home);
    }
    return [...merged.values()];
  }

  async #begin(sale: string, terms: object): Promise<void> {
    await this.#arm(sale, terms);
    await this.send('POST', `/v1/sales/${sale}/open`, {});
  }

  async #arm(sale: string, terms: object): Promise<void> {
    await this.send('POST', '/v1/sales', { sale, ...terms });
    await this.send('POST', `/v1/sales/${sale}/arm`, {});
  }

  async #buyOne(sale: string, buyer = 'first'): Promise<object> {
    const lines = [{ pool: this.item, quantity: 1 }];
    const order = { lines, buyer, holdFor: STAYS_FOR };
    const reply = await this.send('POST', `/v1/sales/${sale}/checkout`, order);
    this.took('orders', 1);
    return reply;
  }
}

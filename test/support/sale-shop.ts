// A shop with a flash sale to try things in: 150 teas and 10 cups, of which the sale is drafted, armed or opened
// as a test needs it. Says what came of a command; expects nothing by itself.

import assert from 'node:assert/strict';
import type { ManualTime } from '../../src/engines/conformance/manual-time.ts';
import type { Engine } from '../../src/engines/contract.ts';
import type { SaleCommand, SaleState } from '../../src/kernel/sale.ts';
import type { Sales } from '../../src/uses/flash-sale/sales.ts';
import { openUses, type Uses } from '../../src/uses/open-uses.ts';
import { verify } from '../../src/verify/verify.ts';
import { accepted, Shop } from './shop.ts';

export const SALE = 'spring';
/** The pool that the sale sells from. */
export const TEA = `tea:${SALE}`;

export function draft(more: Partial<SaleCommand> = {}): SaleCommand {
  return { sale: SALE, items: [{ from: 'tea', quantity: 100 }], ...more };
}

export class SaleShop {
  readonly shop: Shop;
  readonly uses: Uses;

  private constructor(shop: Shop, uses: Uses) {
    this.shop = shop;
    this.uses = uses;
  }

  static async open(openEngine?: (time: ManualTime) => Promise<Engine>): Promise<SaleShop> {
    const shop = await (await Shop.open(openEngine)).fill({ tea: 150, cups: 10 });
    return new SaleShop(shop, await openUses(shop.stock));
  }

  get sales(): Sales {
    return this.uses.sales;
  }

  async arm(more: Partial<SaleCommand> = {}): Promise<void> {
    accepted(await this.sales.create(draft(more)));
    accepted(await this.sales.arm({ sale: SALE }));
  }

  async begin(more: Partial<SaleCommand> = {}): Promise<void> {
    await this.arm(more);
    accepted(await this.sales.open({ sale: SALE }));
  }

  buy(buyer: string, quantity = 1, more: object = {}) {
    return this.sales.checkout({ sale: SALE, buyer, lines: [{ pool: 'tea', quantity, ...more }] });
  }

  async state(sale = SALE): Promise<SaleState> {
    return (await this.sales.sale(sale))!.state;
  }

  inFromNow(ms: number): number {
    return this.shop.engine.clock().nowMs + ms;
  }

  /** Whatever is due falls due, and the work that it asks for is done. */
  async tidy(): Promise<void> {
    while ((await this.shop.stock.sweep()) > 0) await this.shop.stock.parts.turns.idle();
  }

  /** The sale is over for everybody: nothing of it is held any more. */
  async settle(sale = SALE): Promise<void> {
    for (let looks = 0; looks < 30 && (await this.state(sale)) !== 'SETTLED'; looks += 1) {
      this.shop.time.passMs(60_000);
      await this.tidy();
      await this.idle();
    }
    assert.equal(await this.state(sale), 'SETTLED');
  }

  /** Nobody whose units are there is left without them. */
  async idle(): Promise<void> {
    await this.uses.waiting.idle();
    await this.sales.preSale.idle();
  }

  async close(): Promise<void> {
    const report = await verify(this.shop.engine);
    assert.deepEqual(report.problems, []);
    await this.uses.close();
    await this.shop.stock.close();
  }
}

// Shops whose orders come back, for tests: sells orders and ships them, and proves after each step that
// journal, balances and claims agree.

import assert from 'node:assert/strict';
import type { ManualTime } from '../../src/engines/conformance/manual-time.ts';
import type { Engine } from '../../src/engines/contract.ts';
import type { OrderLineCommand } from '../../src/kernel/order-commands.ts';
import { OrderPolicies } from '../../src/orders/order-policies.ts';
import { type OrderParts, Orders } from '../../src/orders/orders.ts';
import { Plans } from '../../src/orders/plans.ts';
import { Returns } from '../../src/orders/returns.ts';
import { SaleDirectory } from '../../src/orders/sale-directory.ts';
import { Vouchers } from '../../src/orders/vouchers.ts';
import { verify } from '../../src/verify/verify.ts';
import { accepted, Shop } from './shop.ts';

export class ReturningShop {
  readonly shop: Shop;
  readonly orders: Orders;
  readonly returns: Returns;

  readonly #policies: OrderPolicies;

  private constructor(shop: Shop, made: Omit<OrderParts, 'plans'>) {
    this.shop = shop;
    this.#policies = made.policies;
    const plans = new Plans(shop.stock.parts);
    this.orders = new Orders(shop.stock.parts, { ...made, plans });
    this.returns = new Returns(shop.stock);
  }

  /** With ten units of each pool. */
  static async open(
    pools: readonly string[] = ['tea', 'cups'],
    openEngine?: (time: ManualTime) => Promise<Engine>,
  ): Promise<ReturningShop> {
    const shop = await Shop.open(openEngine);
    await shop.fill(Object.fromEntries(pools.map((pool) => [pool, 10])));
    const policies = await OrderPolicies.open(shop.engine);
    const vouchers = await Vouchers.open(shop.stock.parts);
    const sales = await SaleDirectory.open(shop.stock.parts);
    return new ReturningShop(shop, { policies, vouchers, sales });
  }

  /** Expects that nothing is astray, then closes. */
  async close(): Promise<void> {
    await this.assertSound();
    this.#policies.close();
    this.orders.vouchers.close();
    await this.shop.stock.close();
  }

  async assertSound(): Promise<void> {
    const report = await verify(this.shop.engine);
    assert.deepEqual(report.problems, []);
  }

  /** An order that is paid and has left the house; its id. */
  async shipped(lines: OrderLineCommand[], more: { buyer?: string } = {}): Promise<string> {
    const priced = lines[0]!.unitPrice === undefined ? {} : { currency: 'EUR' };
    const { id: order } = accepted(await this.orders.checkout({ lines, ...priced, ...more }));
    accepted(await this.orders.paid({ order }));
    accepted(await this.orders.ship({ order }));
    return order;
  }

  async delivered(lines: OrderLineCommand[], more: { buyer?: string } = {}): Promise<string> {
    const order = await this.shipped(lines, more);
    accepted(await this.orders.deliver({ order }));
    return order;
  }

  /** A return of so much tea of an order of three; its id. */
  async requested(quantity = 2): Promise<string> {
    const order = await this.delivered([{ pool: 'tea', quantity: 3, unitPrice: 500 }]);
    const lines = [{ pool: 'tea', quantity }];
    return accepted(await this.returns.request({ order, lines })).id;
  }

  inside(pool: string): Promise<Record<string, number>> {
    return this.shop.inside(pool);
  }

  async writtenOff(pool: string): Promise<number> {
    return (await this.shop.stock.pool(pool))!['written-off'];
  }

  async statusOf(order: string): Promise<string> {
    return (await this.orders.order(order))!.status;
  }
}

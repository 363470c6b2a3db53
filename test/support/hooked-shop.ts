// A shop with orders and webhooks, and a real receiver that stands in for an endpoint. Deliveries go when
// the test says so.

import assert from 'node:assert/strict';
import { WEBHOOK_FORMAT } from '../../src/http/webhook-views.ts';
import { openUses, type Uses } from '../../src/uses/open-uses.ts';
import type { WebhookOptions } from '../../src/uses/webhooks/webhooks.ts';
import { verify } from '../../src/verify/verify.ts';
import { Receiver } from './receiver.ts';
import { accepted, Shop } from './shop.ts';

const openHooked = (shop: Shop, more: WebhookOptions = {}) =>
  openUses(shop.stock, {
    webhooks: {
      format: WEBHOOK_FORMAT,
      privateRanges: ['127.0.0.0/8'],
      random: () => 0.5,
      ...more,
    },
  });

export class HookedShop {
  readonly shop: Shop;
  readonly receiver: Receiver;
  uses: Uses;

  private constructor(parts: { shop: Shop; receiver: Receiver; uses: Uses }) {
    this.shop = parts.shop;
    this.receiver = parts.receiver;
    this.uses = parts.uses;
  }

  get orders() {
    return this.uses.orders;
  }

  get hooks() {
    return this.uses.webhooks;
  }

  static async open(open?: Parameters<typeof Shop.open>[0]): Promise<HookedShop> {
    const shop = await (await Shop.open(open)).fill({ tea: 500 });
    const uses = await openHooked(shop);
    return new HookedShop({ shop, uses, receiver: await Receiver.start() });
  }

  /** Closes it, and expects journal, balances and documents to agree. */
  async close(): Promise<void> {
    await this.uses.close();
    const report = await verify(this.shop.engine);
    assert.deepEqual(report.problems, []);
    await this.shop.stock.close();
    await this.receiver.stop();
  }

  async reopenHooks(more: WebhookOptions): Promise<void> {
    await this.uses.close();
    this.uses = await openHooked(this.shop, more);
  }

  async put(more: object = {}) {
    const command = { webhook: 'erp', url: this.receiver.url, events: ['order.reserved'] };
    return accepted(await this.hooks.put({ ...command, ...more }));
  }

  async order(quantity = 1) {
    return accepted(await this.orders.checkout({ lines: [{ pool: 'tea', quantity }] }));
  }

  /** Sends what is due, until nothing is. */
  async send(): Promise<void> {
    await this.hooks.idle();
    while ((await this.shop.stock.sweep()) > 0) await this.hooks.idle();
  }

  async deliveries() {
    return (await this.hooks.deliveries({ webhook: 'erp' })).deliveries;
  }

  async statuses(): Promise<string[]> {
    return (await this.deliveries()).map(({ status }) => status);
  }
}

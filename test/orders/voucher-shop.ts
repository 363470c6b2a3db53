// A shop with a campaign: orders, vouchers, and how much of the campaign is held and redeemed. Expects
// nothing by itself.

import type { ManualTime } from '../../src/engines/conformance/manual-time.ts';
import type { Engine } from '../../src/engines/contract.ts';
import type { CampaignCommand } from '../../src/kernel/campaign.ts';
import type { OrderCommand } from '../../src/kernel/order-commands.ts';
import type { Orders } from '../../src/orders/orders.ts';
import type { Payments } from '../../src/orders/payments/payments.ts';
import type { Vouchers } from '../../src/orders/vouchers.ts';
import { openUses, type Uses, type UsesOptions } from '../../src/uses/open-uses.ts';
import { accepted, Shop } from '../support/shop.ts';

export const EUR = 'EUR';
export const FIVE_OFF = { amount: { amount: 500, currency: EUR } };

export class VoucherShop {
  readonly shop: Shop;
  readonly #uses: Uses;

  private constructor(shop: Shop, uses: Uses) {
    this.shop = shop;
    this.#uses = uses;
  }

  static async open(openEngine?: (time: ManualTime) => Promise<Engine>): Promise<VoucherShop> {
    const shop = await (await Shop.open(openEngine)).fill({ tea: 1_000 });
    return VoucherShop.over(shop);
  }

  static async over(shop: Shop, options: UsesOptions = {}): Promise<VoucherShop> {
    return new VoucherShop(shop, await openUses(shop.stock, options));
  }

  get orders(): Orders {
    return this.#uses.orders;
  }

  get payments(): Payments {
    return this.#uses.payments;
  }

  get vouchers(): Vouchers {
    return this.orders.vouchers;
  }

  async close(): Promise<void> {
    await this.#uses.close();
    await this.shop.stock.close();
  }

  /** A campaign named `summer`, five euros off, with imported codes. */
  async campaign(rest: Partial<CampaignCommand> = {}, codes = ['SUMMER']): Promise<void> {
    const { campaigns } = this.vouchers;
    accepted(await campaigns.put({ campaign: 'summer', discount: FIVE_OFF, ...rest }));
    await campaigns.import(rest.campaign ?? 'summer', codes);
  }

  checkout(command: Partial<OrderCommand> = {}) {
    const lines = [{ pool: 'tea', quantity: 1, unitPrice: 2_000 }];
    return this.orders.checkout({ lines, currency: EUR, vouchers: ['SUMMER'], ...command });
  }

  /** An order with a voucher; its id. */
  async ordered(command: Partial<OrderCommand> = {}): Promise<string> {
    return accepted(await this.checkout(command)).id;
  }

  /** Uses of the campaign that are held and redeemed. */
  async counts(campaign = 'summer'): Promise<[held: number, redeemed: number]> {
    const found = await this.vouchers.campaigns.campaign(campaign);
    return [found!.held, found!.redeemed];
  }
}

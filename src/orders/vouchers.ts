// Vouchers on orders: which of them an order may be given, applied to one that waits to be paid and taken
// off again, and where a code was used. Its uses are stakes of the order; nothing is counted here.

import { checkVoucher } from '../kernel/check-order.ts';
import { fullPrice, orderData } from '../kernel/order.ts';
import type { OrderCommand, VoucherCommand } from '../kernel/order-commands.ts';
import type { OrderUnits } from '../kernel/order-ends.ts';
import { applyVoucher, removeVoucher } from '../kernel/order-vouchers.ts';
import type { Plan } from '../kernel/plan.ts';
import { type Refused, refuse } from '../kernel/refusals.ts';
import { reservationData } from '../kernel/reservation.ts';
import {
  useVoucher,
  type VoucherFacts,
  type VoucherUse,
  voucherAccounts,
  voucherOwner,
} from '../kernel/voucher.ts';
import { plainCode } from '../kernel/voucher-code.ts';
import type { StockParts } from '../stock/parts.ts';
import type { Answer, CallOptions } from '../stock.ts';
import { Campaigns, type CampaignView } from './campaigns.ts';
import { type OrderPage, searchOrders } from './order-search.ts';
import { OrderUnitsFinder } from './order-units.ts';
import type { Order } from './order-view.ts';
import { takenOf } from './taken-of.ts';

/** Finds the uses of an order's codes; asked again where a campaign has changed meanwhile. */
export type UsesOf = () => Promise<{ ok: true; uses: VoucherUse[] } | Refused>;

/** A code: its campaign, what is left of it, and the orders that have it or had it, newest first. */
export interface Voucher {
  code: string;
  campaign: CampaignView;
  usesLeft: number;
  orders: Order[];
  /** Pass as `before` to get the next page of orders; missing on the last. */
  next?: string;
}

export class Vouchers {
  readonly #parts: StockParts;
  readonly #units: OrderUnitsFinder;
  readonly campaigns: Campaigns;

  private constructor(parts: StockParts) {
    this.#parts = parts;
    this.#units = new OrderUnitsFinder(parts);
    this.campaigns = new Campaigns(parts);
  }

  static async open(parts: StockParts): Promise<Vouchers> {
    const vouchers = new Vouchers(parts);
    await vouchers.campaigns.directory.start();
    return vouchers;
  }

  close(): void {
    this.campaigns.directory.stop();
  }

  /** Applies a voucher to an unpaid order: held with it from now on, and what must be paid is less. */
  apply(command: VoucherCommand, options: CallOptions = {}): Promise<Answer<Order>> {
    const wrong = checkVoucher(command);
    if (wrong) return Promise.resolve(wrong);
    let fresh = false;
    return this.#units.verb(['apply-voucher', command], options, async (found): Promise<Plan> => {
      const use = await this.#use(command.code, factsOf(found, this.#nowMs), fresh);
      fresh = true;
      return use.ok ? applyVoucher(found, use.use) : use;
    });
  }

  /** Takes a voucher off an unpaid order: its use is free at once. */
  remove(command: VoucherCommand, options: CallOptions = {}): Promise<Answer<Order>> {
    const wrong = checkVoucher(command);
    if (wrong) return Promise.resolve(wrong);
    return this.#units.verb(['remove-voucher', command], options, async (found): Promise<Plan> => {
      const known = await this.campaigns.finder.find(command.code);
      return removeVoucher(found, known?.code ?? plainCode(command.code)!);
    });
  }

  /** What is known of a code; undefined for one that no campaign has. */
  async voucher(
    text: string,
    page: { before?: string; limit?: number } = {},
  ): Promise<Voucher | undefined> {
    const found = await this.campaigns.finder.find(text);
    if (found === undefined) return undefined;
    const { code, campaign } = found;
    const { secret: _, ...shown } = campaign;
    const { engine } = this.#parts;
    const [used] = await takenOf(engine, [voucherAccounts(campaign.campaign).code(code)]);
    const { orders, next }: OrderPage = await searchOrders(engine, {
      ...page,
      owner: voucherOwner(code),
    });
    const usesLeft = Math.max(0, campaign.usesPerCode - used!);
    return { code, campaign: shown, usesLeft, orders, ...(next === undefined ? {} : { next }) };
  }

  /** For a new order; undefined where it has no vouchers. */
  usesOf({ vouchers, lines, buyer, currency, total }: OrderCommand): UsesOf | undefined {
    if (vouchers === undefined || vouchers.length === 0) return undefined;
    // What is granted at least: how much more is known only when it is committed.
    const least = lines.map(({ quantity, quantityMin }) => quantityMin ?? quantity);
    const full = fullPrice(
      {
        ...(currency === undefined ? {} : { currency }),
        ...(total === undefined ? {} : { total }),
        ...(lines[0]!.unitPrice === undefined
          ? {}
          : { prices: lines.map(({ unitPrice }) => unitPrice!) }),
      },
      least,
    );
    let fresh = false;
    return async () => {
      const uses: VoucherUse[] = [];
      const facts = { nowMs: this.#nowMs, buyer, full };
      for (const code of vouchers) {
        const found = await this.#use(code, facts, fresh);
        if (!found.ok) return found;
        const { campaign } = found.use;
        if (uses.some((use) => use.campaign === campaign)) {
          const reason = 'the order has a voucher of this campaign';
          return refuse('voucher-not-applicable', { code: found.use.code, campaign, reason });
        }
        uses.push(found.use);
      }
      fresh = true;
      return { ok: true, uses };
    };
  }

  async #use(text: string, facts: VoucherFacts, fresh: boolean) {
    const found = await this.campaigns.finder.find(text);
    if (found === undefined) return refuse('unknown-voucher', { code: plainCode(text)! });
    const { code, campaign } = found;
    const { directory } = this.campaigns;
    const latest = fresh ? await directory.latest(campaign.campaign) : campaign;
    return useVoucher(latest ?? campaign, code, facts);
  }

  get #nowMs(): number {
    return this.#parts.engine.clock().nowMs;
  }
}

function factsOf({ order, units }: OrderUnits, nowMs: number): VoucherFacts {
  const data = orderData(order);
  const held = units?.document;
  const quantities = held
    ? reservationData(held).lines.map((_, line) => held.claims[line]?.quantity ?? 0)
    : (data.lines ?? []).map(({ quantity }) => quantity);
  return { nowMs, buyer: order.buyer, full: fullPrice(data, quantities) };
}

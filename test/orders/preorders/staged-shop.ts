// A shop that sells one console, and whatever else a test fills in, by plans of stages; with a provider's
// ledger beside it. Expects nothing by itself.

import type { ManualTime } from '../../../src/engines/conformance/manual-time.ts';
import type { Engine } from '../../../src/engines/contract.ts';
import type { PutPlanCommand } from '../../../src/kernel/plan-terms.ts';
import type { Order } from '../../../src/orders/order-view.ts';
import { openUses, type Uses } from '../../../src/uses/open-uses.ts';
import { accepted, Shop } from '../../support/shop.ts';
import { LedgerProvider } from '../payments/ledger-provider.ts';

export const DAY_MS = 86_400_000;
export const PRICE = 10_001;

/** A tenth down, a third thirty days later, the rest a fortnight before the launch. */
export const CONSOLE: PutPlanCommand = {
  plan: 'console',
  stages: [
    { name: 'deposit', basisPoints: 1_000 },
    { name: 'second', basisPoints: 3_333, dueAfterDepositMs: 30 * DAY_MS },
    { name: 'last', rest: true, dueBeforeLaunchMs: 14 * DAY_MS },
  ],
  graceMs: 3 * DAY_MS,
  noticeMs: 7 * DAY_MS,
  remindBeforeMs: [7 * DAY_MS, DAY_MS],
  refund: ['kept', { basisPoints: 5_000 }, 'full'],
};

export class StagedShop {
  readonly shop: Shop;
  readonly uses: Uses;
  readonly ledger: LedgerProvider;
  readonly launchAtMs: number;

  private constructor(shop: Shop, uses: Uses, ledger: LedgerProvider) {
    this.shop = shop;
    this.uses = uses;
    this.ledger = ledger;
    this.launchAtMs = shop.time.wallMs() + 100 * DAY_MS;
  }

  static async open(openEngine?: (time: ManualTime) => Promise<Engine>): Promise<StagedShop> {
    const shop = await (await Shop.open(openEngine)).fill({ console: 3 });
    const ledger = new LedgerProvider();
    const uses = await openUses(shop.stock, { providers: [ledger] });
    const staged = new StagedShop(shop, uses, ledger);
    accepted(await uses.plans.put({ ...CONSOLE, launchAtMs: staged.launchAtMs }));
    return staged;
  }

  async order(plan = 'console', quantity = 1): Promise<string> {
    const lines = [{ pool: 'console', quantity, unitPrice: PRICE }];
    const command = { lines, currency: 'EUR', buyer: 'ann', plan };
    return accepted(await this.uses.orders.checkout(command)).id;
  }

  /** An order of which so many stages are paid. */
  async paid(stages: number, plan = 'console'): Promise<string> {
    const order = await this.order(plan);
    for (let stage = 0; stage < stages; stage += 1) await this.pay(order);
    return order;
  }

  /** Pays the present stage, or all that are left; the payment. */
  async pay(order: string, stages: 'next' | 'all' = 'next'): Promise<string> {
    const payment = accepted(await this.uses.payments.start({ order, stages })).id;
    this.ledger.pay(payment);
    await this.callbacks();
    return payment;
  }

  async callbacks(): Promise<void> {
    for (const callback of this.ledger.sent.splice(0)) {
      await this.uses.payments.callback('ledger', Buffer.from(JSON.stringify(callback)), {});
    }
  }

  async of(order: string): Promise<Order> {
    return (await this.uses.orders.order(order))!;
  }

  /** Its status, the statuses of its stages, and what is with the shop of its money. */
  async stands(order: string): Promise<[status: string, stages: string, taken: number]> {
    const { status, plan } = await this.of(order);
    const stages = plan!.stages.map((stage) => stage.status).join(' ');
    return [status, stages, this.taken(order)];
  }

  taken(order: string): number {
    const accounts = [...this.ledger.accounts.values()].filter((one) => one.order === order);
    return accounts.reduce((sum, { payment }) => sum + this.ledger.taken(payment).captured, 0);
  }

  /** Time passes in steps, as the sweeper of a running server sees it. */
  async pass(days: number): Promise<void> {
    const steps = Math.ceil(days);
    for (let step = 0; step < steps; step += 1) {
      this.shop.time.passMs((days / steps) * DAY_MS);
      await this.tidy();
    }
  }

  async tidy(): Promise<void> {
    const { turns } = this.shop.stock.parts;
    do await this.shop.stock.sweep();
    while (await turns.idle().then(async () => (await this.shop.engine.due(1)).length > 0));
  }

  /** Carries a moved launch through to the orders. */
  async moved(plan = 'console'): Promise<void> {
    for (let turn = 0; turn < 1_000; turn += 1) {
      await this.tidy();
      if ((await this.uses.plans.plan(plan))!.status === 'ACTIVE') return;
      this.shop.time.passMs(500);
    }
    throw new Error('the plan is moving for ever');
  }

  /** Events of a type, with the day on which they came and what they tell. */
  async told(type: string): Promise<{ atMs: number; subject: string; data: unknown }[]> {
    const entries = await this.shop.engine.entries({ after: 0, limit: 10_000 });
    return entries.flatMap(({ atMs, events }) =>
      events
        .filter((event) => event.type === type)
        .map(({ subject, data }) => ({ atMs, subject, data })),
    );
  }

  async close(): Promise<void> {
    await this.uses.close();
    await this.shop.stock.close();
  }
}

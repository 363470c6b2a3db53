// Random lives of pre-orders: stages paid in time, late, ahead, twice or not at all, launches moved, orders
// cancelled by either side, callbacks late, doubled or lost, the provider away in between. At the end
// everything is told and the judge adds up the provider's ledger, the plans and the units.

import type { PutPlanCommand, RefundTerms } from '../../../src/kernel/plan-terms.ts';
import type { Callback } from '../../../src/orders/payments/provider.ts';
import { openUses, type Uses } from '../../../src/uses/open-uses.ts';
import { Random } from '../../crash/random.ts';
import { Shop } from '../../support/shop.ts';
import { LedgerProvider } from '../payments/ledger-provider.ts';
import { BY_SHOP, judgePreorders } from './judge-preorders.ts';

const DAY_MS = 86_400_000;
const POLICIES: RefundTerms[] = ['kept', 'full', { basisPoints: 3_333 }, { basisPoints: 5_000 }];

export interface StagedReport {
  seed: number;
  wrong: string[];
  /** How each order ended, counted; `KEPT` counts those that ended with some money kept. */
  ends: Record<string, number>;
}

export async function playStages(seed: number): Promise<StagedReport> {
  const shop = await (await Shop.open()).fill({ console: 4 });
  const ledger = new LedgerProvider();
  const uses = await openUses(shop.stock, { providers: [ledger] });
  const play = new StagePlay({ shop, ledger, uses, chance: new Random(seed) });
  await play.begin();
  const steps = 15 + play.chance.whole(0, 39);
  for (let step = 0; step < steps; step += 1) await play.step();
  await play.end();
  const { wrong, ends } = await judgePreorders({ shop, ledger, uses, orders: play.orders });
  await uses.close();
  await shop.stock.close();
  return { seed, wrong, ends };
}

interface PlayParts {
  shop: Shop;
  ledger: LedgerProvider;
  uses: Uses;
  chance: Random;
}

class StagePlay {
  readonly chance: Random;
  readonly orders: string[] = [];
  readonly #parts: PlayParts;
  readonly #payments = new Map<string, string[]>();
  readonly #late: Callback[] = [];
  #launchAtMs: number;

  constructor(parts: PlayParts) {
    this.chance = parts.chance;
    this.#parts = parts;
    this.#launchAtMs = parts.shop.time.wallMs() + 40 * DAY_MS;
  }

  async begin(): Promise<void> {
    const { chance } = this;
    const { orders, plans } = this.#parts.uses;
    await orders.putPolicy({
      channel: 'default',
      capture: chance.pick(['manual', 'automatic']),
      onPaymentFailed: chance.pick(['cancel', 'wait']),
    });
    await plans.put(this.#terms());
  }

  #terms(): PutPlanCommand {
    const { chance } = this;
    const stages = [
      { name: 'deposit', basisPoints: chance.whole(1, 4_000) },
      { name: 'second', amount: chance.whole(1, 400), dueAfterDepositMs: 8 * DAY_MS },
      { name: 'third', rest: true as const, dueBeforeLaunchMs: chance.whole(0, 9) * DAY_MS },
    ];
    return {
      plan: 'p',
      stages: chance.whole(0, 2) === 0 ? [stages[0]!, stages[2]!] : stages,
      launchAtMs: this.#launchAtMs,
      graceMs: chance.whole(0, 2) * DAY_MS,
      noticeMs: chance.whole(0, 4) * DAY_MS,
      remindBeforeMs: [DAY_MS],
      refund: [chance.pick(POLICIES), chance.pick(POLICIES)],
    };
  }

  async step(): Promise<void> {
    const { chance } = this;
    const { ledger, uses } = this.#parts;
    ledger.fault = this.#fault(chance.pick([0, 0, 0, 0.2, 0.6, 1]));
    const steps: [number, () => Promise<unknown> | unknown][] = [
      [4, () => this.#buy()],
      [8, () => this.#start()],
      [10, () => this.#pay()],
      [1, () => ledger.decline(this.#payment())],
      [1, () => ledger.lapse(this.#payment())],
      [9, () => this.#callback()],
      [2, () => uses.payments.refresh(this.#payment())],
      [1, () => uses.payments.cancel({ payment: this.#payment() })],
      [2, () => this.#cancel()],
      [2, () => this.#moveLaunch()],
      [6, () => this.#pass()],
      [3, () => this.#tidy()],
    ];
    const total = steps.reduce((sum, [weight]) => sum + weight, 0);
    let at = chance.whole(0, total - 1);
    for (const [weight, step] of steps) {
      at -= weight;
      if (at >= 0) continue;
      if (chance.whole(0, 3) === 0) await Promise.all([step(), this.#callback(), step()]);
      else await step();
      return;
    }
  }

  async #buy(): Promise<void> {
    const { chance } = this;
    const lines = [{ pool: 'console', quantity: 1 + chance.whole(0, 1), unitPrice: 997 }];
    const { orders } = this.#parts.uses;
    const answer = await orders.checkout({ lines, currency: 'EUR', plan: 'p' });
    if (!answer.ok) return;
    this.orders.push(answer.value.id);
    await this.#start(answer.value.id);
  }

  async #start(order = this.#order()): Promise<void> {
    const stages = this.chance.whole(0, 5) === 0 ? 'all' : 'next';
    const started = await this.#parts.uses.payments.start({ order, stages });
    if (!started.ok) return;
    const known = this.#payments.get(order) ?? [];
    this.#payments.set(order, [...known, started.value.id]);
    if (this.chance.whole(0, 2) > 0) this.#parts.ledger.pay(started.value.id);
  }

  #pay(): void {
    const wrong = this.chance.whole(0, 11) === 0;
    this.#parts.ledger.pay(this.#payment(), wrong ? 7 : undefined);
  }

  async #callback(): Promise<void> {
    this.#late.push(...this.#parts.ledger.sent.splice(0));
    if (this.#late.length === 0) return;
    const index = this.chance.whole(0, this.#late.length - 1);
    const callback = this.#late[index]!;
    // Some come twice, some never.
    if (this.chance.whole(0, 4) > 0) this.#late.splice(index, 1);
    if (this.chance.whole(0, 6) > 0) await this.#tell(callback);
  }

  async #tell(callback: Callback): Promise<void> {
    const raw = Buffer.from(JSON.stringify(callback));
    await this.#parts.uses.payments.callback('ledger', raw, {});
  }

  async #cancel(): Promise<void> {
    const { orders } = this.#parts.uses;
    const order = this.#order();
    if (this.chance.whole(0, 1) === 0) await orders.cancel({ order });
    else await orders.cancel({ order, by: 'shop', reason: BY_SHOP });
  }

  async #moveLaunch(): Promise<void> {
    this.#launchAtMs += this.chance.whole(-15, 15) * DAY_MS;
    await this.#parts.uses.plans.move({ plan: 'p', launchAtMs: this.#launchAtMs });
  }

  #pass(): void {
    const { time } = this.#parts.shop;
    time.passMs(this.chance.pick([5, 60_000, 600_000, DAY_MS, 3 * DAY_MS, 8 * DAY_MS]));
  }

  async #tidy(): Promise<void> {
    const { stock } = this.#parts.shop;
    await stock.sweep();
    await stock.parts.turns.idle();
  }

  /** The network is well again, what is on its way arrives or is lost, and months pass. */
  async end(): Promise<void> {
    this.#parts.ledger.fault = () => undefined;
    this.#late.push(...this.#parts.ledger.sent.splice(0));
    if (this.chance.whole(0, 2) > 0) for (const callback of this.#late) await this.#tell(callback);
    for (let step = 0; step < 40; step += 1) {
      this.#parts.shop.time.passMs(step < 8 ? DAY_MS / 8 : 4 * DAY_MS);
      await this.#tidy();
    }
  }

  #order(): string {
    return this.orders.length === 0 ? 'none' : this.chance.pick(this.orders);
  }

  #payment(): string {
    const payments = this.#payments.get(this.#order()) ?? [];
    return payments.length === 0 ? 'none' : this.chance.pick(payments);
  }

  #fault(share: number) {
    return () => {
      if (this.chance.whole(0, 999) >= share * 1_000) return undefined;
      return this.chance.pick(['unreachable', 'unknown-outcome'] as const);
    };
  }
}

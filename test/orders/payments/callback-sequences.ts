// Random lives of orders and their payments: buyers pay, too little, too late, twice, not at all; the
// provider's word comes doubled, reordered, late by milliseconds or days, forged, or never; the network
// and the stock fail them in between. At the end everything is told and the judge adds up the provider's
// ledger and ours.

import type { Callback } from '../../../src/orders/payments/provider.ts';
import { openUses, type Uses } from '../../../src/uses/open-uses.ts';
import { Random } from '../../crash/random.ts';
import { Shop } from '../../support/shop.ts';
import { type Bought, judgeOrders, PRICE } from './judge-orders.ts';
import { LedgerProvider } from './ledger-provider.ts';

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;
const UNITS = 6;

export interface SequenceReport {
  seed: number;
  wrong: string[];
  /** How each order ended, counted. */
  ends: Record<string, number>;
  callbacks: number;
}

type OpenEngine = Parameters<typeof Shop.open>[0];

/** Plays one sequence on a shop of its own, and judges it. */
export async function playSequence(seed: number, open?: OpenEngine): Promise<SequenceReport> {
  const shop = await (await Shop.open(open)).fill({ tea: UNITS });
  const ledger = new LedgerProvider();
  const uses = await openUses(shop.stock, { providers: [ledger] });
  const play = new Play({ shop, ledger, uses, chance: new Random(seed) });
  await play.policies();
  const steps = 12 + play.chance.whole(0, 39);
  for (let step = 0; step < steps; step += 1) await play.step();
  await play.end();
  const parts = { shop, ledger, uses, bought: play.bought };
  const report = {
    seed,
    wrong: await judgeOrders(parts),
    ends: await play.ends(),
    callbacks: play.told,
  };
  await uses.close();
  await shop.stock.close();
  return report;
}

interface PlayParts {
  shop: Shop;
  ledger: LedgerProvider;
  uses: Uses;
  chance: Random;
}

class Play {
  readonly chance: Random;
  readonly #shop: Shop;
  readonly #ledger: LedgerProvider;
  readonly #uses: Uses;
  readonly bought: Bought[] = [];
  /** Callbacks that are on their way, and those that came, to come again. */
  readonly #late: Callback[] = [];
  readonly #old: Callback[] = [];
  readonly #asking = new Set<string>();
  told = 0;

  constructor({ shop, ledger, uses, chance }: PlayParts) {
    this.#shop = shop;
    this.#ledger = ledger;
    this.#uses = uses;
    this.chance = chance;
  }

  async policies(): Promise<void> {
    const { orders } = this.#uses;
    await orders.putPolicy({
      channel: 'default',
      capture: this.chance.pick(['manual', 'automatic']),
      onPaymentFailed: this.chance.pick(['cancel', 'wait']),
      inProgress: this.chance.pick(['any', 'any', 'one', 'latest']),
    });
    const capture = this.chance.pick(['manual', 'automatic'] as const);
    await orders.putPolicy({
      channel: 'later',
      deduct: 'on-payment',
      capture,
      inProgress: this.chance.pick(['any', 'one', 'latest']),
    });
  }

  async step(): Promise<void> {
    this.#ledger.fault = this.#fault(this.chance.pick([0, 0, 0, 0.2, 0.6, 1]));
    const { chance } = this;
    const steps: [number, () => Promise<unknown> | unknown][] = [
      [5, () => this.#buy()],
      [3, () => this.#startAgain()],
      [6, () => this.#pay()],
      [1, () => this.#ledger.decline(this.#payment())],
      [1, () => this.#ledger.lapse(this.#payment())],
      [1, () => this.#payTwice()],
      [8, () => this.#callback()],
      [2, () => this.#repeat()],
      [1, () => this.#forge()],
      [2, () => this.#uses.payments.refresh(this.#payment())],
      [1, () => this.#uses.payments.cancel({ payment: this.#payment() })],
      [2, () => this.#uses.orders.cancel({ order: this.#order() })],
      [2, () => this.#sellElsewhere()],
      [5, () => this.#pass()],
      [2, () => this.#tidy()],
    ];
    const total = steps.reduce((sum, [weight]) => sum + weight, 0);
    let at = chance.whole(0, total - 1);
    for (const [weight, step] of steps) {
      at -= weight;
      if (at >= 0) continue;
      // Two things at once: what they do must not depend on who is first.
      if (chance.whole(0, 3) === 0) await Promise.all([step(), this.#callback(), step()]);
      else await step();
      return;
    }
  }

  async #buy(): Promise<void> {
    const { chance } = this;
    const quantity = 1 + chance.whole(0, 2);
    const { orders, payments } = this.#uses;
    const answer = await orders.checkout({
      lines: [{ pool: 'tea', quantity, unitPrice: PRICE }],
      currency: 'EUR',
      buyer: chance.pick(['ann', 'bob', 'cy']),
      channel: chance.pick(['default', 'default', 'later']),
    });
    if (!answer.ok) return;
    const bought: Bought = { order: answer.value.id, quantity, payments: [] };
    this.bought.push(bought);
    if (chance.whole(0, 7) === 0) return;
    const started = await payments.start({ order: bought.order });
    if (started.ok) bought.payments.push(started.value.id);
  }

  async #startAgain(): Promise<void> {
    const bought = this.#pick();
    if (bought === undefined) return;
    const started = await this.#uses.payments.start({ order: bought.order });
    if (started.ok) bought.payments.push(started.value.id);
  }

  #pay(): void {
    const { chance } = this;
    const wrong = chance.whole(0, 7);
    if (wrong === 0) this.#ledger.pay(this.#payment(), chance.pick([PRICE - 1, 4 * PRICE]));
    else if (wrong === 1) this.#ledger.pay(this.#payment(), undefined, 'USD');
    else this.#ledger.pay(this.#payment());
  }

  /** He wants to know what became of it: nobody else looks at a payment that is over. */
  #payTwice(): void {
    const payment = this.#payment();
    if (this.#ledger.payTwice(payment)) this.#asking.add(payment);
  }

  async #callback(): Promise<void> {
    this.#late.push(...this.#ledger.sent.splice(0));
    if (this.#late.length === 0) return;
    const [callback] = this.#late.splice(this.chance.whole(0, this.#late.length - 1), 1);
    // Lost for good, sometimes: then somebody must look.
    if (this.chance.whole(0, 5) === 0) return;
    this.#old.push(callback!);
    await this.#tell(callback!);
  }

  async #repeat(): Promise<void> {
    if (this.#old.length > 0) await this.#tell(this.chance.pick(this.#old));
  }

  async #tell(callback: Callback): Promise<void> {
    this.told += 1;
    const raw = Buffer.from(JSON.stringify(callback));
    await this.#uses.payments.callback('ledger', raw, {});
  }

  async #forge(): Promise<void> {
    const raw = Buffer.from(`forged ${this.#payment()}`);
    const answer = await this.#uses.payments.callback('ledger', raw, {});
    if (answer.ok) throw new Error('a forged callback was taken');
  }

  async #sellElsewhere(): Promise<void> {
    const lines = [{ pool: 'tea', quantity: 1 + this.chance.whole(0, 1) }];
    const held = await this.#shop.stock.reserve({ lines, holdForMs: 60_000 });
    if (held.ok && this.chance.whole(0, 1) === 0) {
      await this.#shop.stock.confirm({ reservation: held.value.id });
    }
  }

  #pass(): void {
    this.#shop.time.passMs(this.chance.pick([5, 400, 10 * SECOND_MS, 600 * SECOND_MS, DAY_MS]));
  }

  async #tidy(): Promise<void> {
    await this.#shop.stock.sweep();
    await this.#shop.stock.parts.turns.idle();
  }

  /** Whatever is on its way arrives or is lost; the network is well again, and time passes. */
  async end(): Promise<void> {
    this.#ledger.fault = () => undefined;
    const [lost] = [this.chance.whole(0, 2) === 0];
    this.#late.push(...this.#ledger.sent.splice(0));
    if (!lost) for (const callback of this.#late.splice(0)) await this.#tell(callback);
    for (const payment of this.#asking) await this.#uses.payments.refresh(payment);
    for (let day = 0; day < 12; day += 1) {
      this.#shop.time.passMs(DAY_MS / 4);
      await this.#tidy();
    }
  }

  async ends(): Promise<Record<string, number>> {
    const ends: Record<string, number> = {};
    for (const { order } of this.bought) {
      const { status } = (await this.#uses.orders.order(order))!;
      ends[status] = (ends[status] ?? 0) + 1;
    }
    return ends;
  }

  #pick(): Bought | undefined {
    return this.bought.length === 0 ? undefined : this.chance.pick(this.bought);
  }

  #order(): string {
    return this.#pick()?.order ?? 'none';
  }

  #payment(): string {
    const { payments } = this.#pick() ?? { payments: [] };
    return payments.length === 0 ? 'none' : this.chance.pick(payments);
  }

  #fault(share: number) {
    return () => {
      if (this.chance.whole(0, 999) >= share * 1_000) return undefined;
      return this.chance.pick(['unreachable', 'unknown-outcome'] as const);
    };
  }
}

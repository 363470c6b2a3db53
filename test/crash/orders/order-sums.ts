// Adds up both books: each order in one right end, the money that the provider holds for us is what the
// confirmed orders cost, nothing is set aside, and the units that are sold are theirs. What it names while
// work is still under way may yet be put right; what it names at the end is wrong.

import type { Money, OrderBooks } from './order-books.ts';
import { PRICE } from './order-buyers.ts';
import type { OrderLog } from './order-log.ts';
import type { OrderWorld } from './order-world.ts';

const ENDS: ReadonlySet<string> = new Set(['CONFIRMED', 'CANCELLED', 'EXPIRED', 'REFUNDED']);
const PAYMENT_ENDS: ReadonlySet<string> = new Set(['SETTLED', 'FAILED']);

interface Shown {
  status: string;
  units: number;
}

export class OrderSums {
  readonly #world: OrderWorld;
  readonly #books: OrderBooks;
  readonly #log: OrderLog;
  /** As the server shows them; asked anew when something of them was read. */
  readonly #orders = new Map<string, Shown>();
  readonly #payments = new Map<string, string>();

  constructor(world: OrderWorld, books: OrderBooks, log: OrderLog) {
    this.#world = world;
    this.#books = books;
    this.#log = log;
  }

  /** Everything that does not agree; nothing when all does. */
  async problems(): Promise<string[]> {
    await this.#books.readOn();
    await this.#look();
    return [
      ...this.#acknowledged(),
      ...[...this.#books.orders.keys()].flatMap((order) => this.#ofOrder(order)),
      ...[...this.#payments].flatMap(([id, status]) =>
        PAYMENT_ENDS.has(status) ? [] : [`payment ${id} is left ${status}`],
      ),
      ...this.#totals(),
    ];
  }

  /** How many orders ended in each state. */
  ends(): Record<string, number> {
    const ends: Record<string, number> = {};
    for (const { status } of this.#books.orders.values()) ends[status] = (ends[status] ?? 0) + 1;
    return ends;
  }

  async #look(): Promise<void> {
    const { changed, orders, orderOf, money } = this.#books;
    for (const id of [...changed]) {
      if (orders.has(id)) this.#orders.set(id, await this.#showOrder(id));
      else this.#payments.set(id, await this.#showPayment(id));
      changed.delete(id);
    }
    // Not each step of a payment has an event.
    for (const [id, status] of this.#payments) {
      if (!PAYMENT_ENDS.has(status)) this.#payments.set(id, await this.#showPayment(id));
    }
    for (const id of money.keys()) {
      if (!orderOf.has(id)) throw new Error(`the provider knows a payment ${id}, the journal none`);
    }
  }

  async #showOrder(id: string): Promise<Shown> {
    const { body } = await this.#world.ask(`/v1/orders/${id}`);
    const lines = (body.lines ?? []) as { confirmed?: number; returned?: number }[];
    const units = lines.reduce(
      (sum, { confirmed = 0, returned = 0 }) => sum + confirmed - returned,
      0,
    );
    return { status: String(body.status), units };
  }

  async #showPayment(id: string): Promise<string> {
    return String((await this.#world.ask(`/v1/payments/${id}`)).body.status);
  }

  /** What was acknowledged is there; what is there was acknowledged, once nobody is left untold. */
  #acknowledged(): string[] {
    const { orders, orderOf } = this.#books;
    const told = [
      { what: 'order', acknowledged: this.#log.orders, kept: orders },
      { what: 'payment', acknowledged: this.#log.payments, kept: orderOf },
    ];
    return told.flatMap(({ what, acknowledged, kept }) => [
      ...[...acknowledged].filter((id) => !kept.has(id)).map((id) => `${what} ${id} is lost`),
      ...[...kept.keys()]
        .filter((id) => !acknowledged.has(id))
        .map((id) => `${what} ${id} was made, and nobody was told of it`),
    ]);
  }

  #ofOrder(id: string): string[] {
    const { status, payments } = this.#books.orders.get(id)!;
    const shown = this.#orders.get(id)!;
    const named = `order ${id} ${status}`;
    const wrong: string[] = [];
    if (!ENDS.has(status)) wrong.push(`${named} has not ended`);
    if (shown.status !== status) wrong.push(`${named} is shown as ${shown.status}`);
    const sold = status === 'CONFIRMED';
    if (sold !== shown.units > 0) wrong.push(`${named} has ${shown.units} units`);
    const money = payments.flatMap((payment) => this.#books.money.get(payment) ?? []);
    const held = money.reduce((sum, one) => sum + heldOf(one), 0);
    const due = sold ? shown.units * PRICE : 0;
    if (held !== due) {
      const told = payments.map((payment) => [payment, this.#books.money.get(payment)]);
      wrong.push(`${named}: ${held} held, ${due} due ${JSON.stringify(told)}`);
    }
    if (money.some((one) => heldOf(one) > 0 && one.currency !== 'EUR')) {
      wrong.push(`${named} was paid in another currency`);
    }
    const aside = money.reduce((sum, one) => sum + setAsideOf(one), 0);
    if (aside !== 0) wrong.push(`${named}: ${aside} still set aside`);
    return wrong;
  }

  #totals(): string[] {
    let units = 0;
    for (const [id, { status }] of this.#books.orders) {
      if (status === 'CONFIRMED') units += this.#orders.get(id)!.units;
    }
    const held = [...this.#books.money.values()].reduce((sum, one) => sum + heldOf(one), 0);
    const wrong: string[] = [];
    if (held !== units * PRICE) wrong.push(`${held} held in all, for ${units} units at ${PRICE}`);
    const sold = this.#account('sold');
    if (sold !== units) wrong.push(`${sold} units sold, ${units} in confirmed orders`);
    if (this.#account('held') !== 0) wrong.push(`${this.#account('held')} units still held`);
    return wrong;
  }

  /** Units on all accounts of that name, by the journal's moves. */
  #account(name: string): number {
    let sum = 0;
    for (const [account, balance] of this.#books.units) {
      if (account.endsWith(`/${name}`)) sum += balance;
    }
    return sum;
  }
}

function heldOf({ captured, refunded }: Money): number {
  return captured - refunded;
}

/** What was authorised, and neither taken nor given back. */
function setAsideOf({ authorised, captured, voided }: Money): number {
  return captured === 0 && !voided ? authorised : 0;
}

// Adds up both books: each order in one right end, the money that the provider holds for us is what its
// units cost or its plan keeps, nothing is set aside, and the units that are sold are theirs. What it names
// while work is still under way may yet be put right; what it names at the end is wrong.

import { heldOf, type Money, type OrderBooks } from './order-books.ts';
import { dueOf, moneyOf, SOLD } from './order-due.ts';
import type { OrderLog } from './order-log.ts';
import { OrderLooks } from './order-looks.ts';
import type { OrderWorld } from './order-world.ts';
import { placeProblems } from './place-sums.ts';
import { returnProblems } from './return-sums.ts';
import { ToldSums } from './told-sums.ts';
import { voucherProblems } from './voucher-sums.ts';

const ENDS: ReadonlySet<string> = new Set([...SOLD, 'CANCELLED', 'EXPIRED', 'REFUNDED']);

export class OrderSums {
  readonly #world: OrderWorld;
  readonly #books: OrderBooks;
  readonly #log: OrderLog;
  readonly #looks: OrderLooks;
  readonly #told: ToldSums;

  constructor(world: OrderWorld, books: OrderBooks, log: OrderLog) {
    this.#world = world;
    this.#books = books;
    this.#log = log;
    this.#looks = new OrderLooks(world, books);
    this.#told = new ToldSums(books, world.receiver);
  }

  /** Everything that does not agree in that round; nothing when all does. */
  async problems(round: number): Promise<string[]> {
    const [world, books, looks] = [this.#world, this.#books, this.#looks];
    await books.readOn();
    await looks.look();
    return [
      ...books.wrong,
      ...this.#acknowledged(),
      ...[...books.orders.keys()].flatMap((order) => this.#ofOrder(order)),
      ...looks.openPayments().map((id) => `payment ${id} is left ${looks.payments.get(id)}`),
      ...this.#totals(),
      ...placeProblems(books),
      ...this.#told.problems(),
      ...(await voucherProblems({ world, books, looks, log: this.#log, round })),
      ...(await returnProblems({ world, books })),
    ];
  }

  /** What was acknowledged is there; what is there was acknowledged, once nobody is left untold. */
  #acknowledged(): string[] {
    const { orders, orderOf, returns, line, money } = this.#books;
    const log = this.#log;
    const told = [
      { what: 'order', acknowledged: log.orders, kept: orders },
      { what: 'payment', acknowledged: log.payments, kept: orderOf },
      { what: 'return', acknowledged: log.returns, kept: returns.all },
      { what: 'place', acknowledged: log.waiters, kept: line.all },
    ];
    return [
      ...told.flatMap(({ what, acknowledged, kept }) => [
        ...[...acknowledged].filter((id) => !kept.has(id)).map((id) => `${what} ${id} is lost`),
        ...[...kept.keys()]
          .filter((id) => !acknowledged.has(id))
          .map((id) => `${what} ${id} was made, and nobody was told of it`),
      ]),
      ...[...money.keys()]
        .filter((id) => !orderOf.has(id))
        .map((id) => `the provider knows a payment ${id}, the journal none`),
    ];
  }

  #ofOrder(id: string): string[] {
    const [books, looks] = [this.#books, this.#looks];
    const story = books.orders.get(id)!;
    const { status, payments, units } = story;
    const shown = looks.orders.get(id)!;
    const named = `order ${id} ${status}`;
    const wrong: string[] = [];
    if (!ENDS.has(status)) wrong.push(`${named} has not ended`);
    if (shown.status !== status) wrong.push(`${named} is shown as ${shown.status}`);
    const sold = units.get('sold') ?? 0;
    if (sold !== shown.units) wrong.push(`${named} has ${sold} units, and shows ${shown.units}`);
    const has = SOLD.has(status) && status !== 'RETURNED' && status !== 'RETURNING';
    if (sold < 0 || sold > 0 !== has) {
      if (status !== 'RETURNING' || sold < 0) wrong.push(`${named} has ${sold} units`);
    }
    const [held, due] = [moneyOf(story, books), dueOf(id, { books, looks })];
    const money = payments.flatMap((payment) => books.money.get(payment) ?? []);
    if (held !== due) {
      const told = payments.map((payment) => [payment, books.money.get(payment)]);
      wrong.push(`${named}: ${held} held, ${due} due ${JSON.stringify(told)}`);
    }
    const kept = shown.plan?.kept?.amount ?? due;
    if (kept !== due && !SOLD.has(status)) wrong.push(`${named} says that ${kept} was kept`);
    if (money.some((one) => heldOf(one) > 0 && one.currency !== 'EUR')) {
      wrong.push(`${named} was paid in another currency`);
    }
    const aside = money.reduce((sum, one) => sum + setAsideOf(one), 0);
    if (aside !== 0) wrong.push(`${named}: ${aside} still set aside`);
    return wrong;
  }

  #totals(): string[] {
    const [books, looks] = [this.#books, this.#looks];
    let [units, due] = [0, 0];
    for (const [id, story] of books.orders) {
      units += story.units.get('sold') ?? 0;
      due += dueOf(id, { books, looks });
    }
    const held = [...books.money.values()].reduce((sum, one) => sum + heldOf(one), 0);
    const wrong: string[] = [];
    if (held !== due) wrong.push(`${held} held in all, ${due} due`);
    const sold = books.account('sold');
    if (sold !== units) wrong.push(`${sold} units sold, ${units} with orders`);
    if (books.account('held') !== 0) wrong.push(`${books.account('held')} units still held`);
    return wrong;
  }
}

/** What was authorised, and neither taken nor given back. */
function setAsideOf({ authorised, captured, voided }: Money): number {
  return captured === 0 && !voided ? authorised : 0;
}

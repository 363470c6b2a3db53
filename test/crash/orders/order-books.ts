// Two books side by side: the provider's own ledger, read from the simulator, and ours, read from the
// journal. Reads on where it stopped and folds; what must agree is for order-sums.ts.

import type { EntryOutside } from '../../../src/http/shapes/replies.ts';
import type { LedgerAnswer, Movement } from '../../../src/payment-simulator/wire.ts';
import { add, lookAt } from './entry-look.ts';
import { LineStories } from './line-stories.ts';
import { OrderStories, type OrderStory } from './order-stories.ts';
import type { OrderWorld } from './order-world.ts';
import { ReturnStories } from './return-stories.ts';

/** Of one payment, by the provider's movements alone. */
export interface Money {
  currency: string;
  authorised: number;
  captured: number;
  refunded: number;
  voided: boolean;
}

const PAGE = 1_000;
/** What an endpoint is told of. */
export const TOLD = ['order', 'stage', 'voucher', 'return', 'waiter'];
/** Whose subject is an order or a payment. */
const CHANGES: ReadonlySet<string> = new Set(['order', 'stage', 'voucher', 'payment']);

export class OrderBooks {
  readonly money = new Map<string, Money>();
  readonly stories = new OrderStories();
  readonly returns = new ReturnStories();
  readonly line = new LineStories();
  /** Places in the journal of events that an endpoint has to be told of, until it is seen that it was. */
  readonly untold = new Set<string>();
  events = 0;
  /** The order of each payment. */
  readonly orderOf = new Map<string, string>();
  /** Units on each account, by the journal's moves, and the fewest that there ever were. */
  readonly units = new Map<string, number>();
  readonly fewest = new Map<string, number>();
  /** Orders and payments of which something new was read. */
  readonly changed = new Set<string>();
  entries = 0;
  movements = 0;
  readonly #world: OrderWorld;

  constructor(world: OrderWorld) {
    this.#world = world;
  }

  get orders(): ReadonlyMap<string, OrderStory> {
    return this.stories.all;
  }

  /** What may not be at any moment, and was. */
  get wrong(): string[] {
    return [...this.stories.wrong, ...this.line.wrong];
  }

  async readOn(): Promise<void> {
    await this.#readJournal();
    await this.#readLedger();
  }

  /** Units on all accounts of that name, by the journal's moves. */
  account(name: string): number {
    let sum = 0;
    for (const [account, balance] of this.units) {
      if (account.endsWith(`/${name}`) && !account.startsWith('!')) sum += balance;
    }
    return sum;
  }

  async #readJournal(): Promise<void> {
    for (;;) {
      const { body } = await this.#world.ask(`/v1/journal?after=${this.entries}&limit=${PAGE}`);
      const { entries, next } = body as unknown as { entries: EntryOutside[]; next: number };
      for (const entry of entries) this.#takeEntry(entry);
      this.entries = next;
      if (entries.length === 0) return;
    }
  }

  async #readLedger(): Promise<void> {
    for (;;) {
      const { providerUrl } = this.#world;
      const reply = await fetch(`${providerUrl}/ledger?after=${this.movements}&limit=${PAGE}`);
      const page = (await reply.json()) as LedgerAnswer;
      for (const movement of page.movements) this.#takeMovement(movement);
      if (page.next === undefined) return;
    }
  }

  #takeEntry(entry: EntryOutside): void {
    const { position, events, moves } = entry;
    if (position !== this.entries + 1 && this.entries > 0) {
      throw new Error(`the journal goes from ${this.entries} to ${position}`);
    }
    this.entries = position;
    for (const { from, to, quantity } of moves) {
      add(this.units, from, -quantity);
      add(this.units, to, quantity);
      this.fewest.set(from, Math.min(this.fewest.get(from) ?? 0, this.units.get(from)!));
    }
    const look = lookAt(entry);
    const back = this.returns.take(look);
    this.stories.take(look, this.line.take(look));
    if (back !== undefined) {
      this.stories.takeBack(back.order, back.sold);
      this.changed.add(back.order);
    }
    events.forEach(({ type, subject, data }, index) => {
      const [kind] = type.split('.') as [string];
      if (TOLD.includes(kind)) {
        this.untold.add(`${position}/${index}`);
        this.events += 1;
      }
      if (!CHANGES.has(kind)) return;
      if (type === 'payment.started') {
        const order = String((data as { order: string }).order);
        this.stories.paymentOf(order, subject);
        this.orderOf.set(subject, order);
      }
      this.changed.add(subject);
    });
  }

  #takeMovement({ number, kind, payment, amount, currency }: Movement): void {
    this.movements = number;
    const money = this.money.get(payment) ?? nothing(currency);
    this.money.set(payment, money);
    this.changed.add(payment);
    money.currency = currency;
    if (kind === 'authorise') money.authorised += amount;
    else if (kind === 'capture') money.captured += amount;
    else if (kind === 'refund') money.refunded += amount;
    else money.voided = true;
  }
}

function nothing(currency: string): Money {
  return { currency, authorised: 0, captured: 0, refunded: 0, voided: false };
}

/** What is with us of the buyer's money. */
export function heldOf({ captured, refunded }: Money): number {
  return captured - refunded;
}

// Two books side by side: the provider's own ledger, read from the simulator, and ours, read from the
// journal. Reads on where it stopped and folds; what must agree is for order-sums.ts.

import type { EntryOutside } from '../../../src/http/shapes/replies.ts';
import type { LedgerAnswer, Movement } from '../../../src/payment-simulator/wire.ts';
import type { OrderWorld } from './order-world.ts';

/** Of one payment, by the provider's movements alone. */
export interface Money {
  currency: string;
  authorised: number;
  captured: number;
  refunded: number;
  voided: boolean;
}

/** Of one order, by the journal's events alone. */
export interface OrderStory {
  status: string;
  payments: string[];
}

const PAGE = 1_000;

export class OrderBooks {
  readonly money = new Map<string, Money>();
  readonly orders = new Map<string, OrderStory>();
  /** The order of each payment. */
  readonly orderOf = new Map<string, string>();
  /** Units on each account, by the journal's moves. */
  readonly units = new Map<string, number>();
  /** Orders and payments of which something new was read. */
  readonly changed = new Set<string>();
  entries = 0;
  movements = 0;
  readonly #world: OrderWorld;

  constructor(world: OrderWorld) {
    this.#world = world;
  }

  async readOn(): Promise<void> {
    await this.#readJournal();
    await this.#readLedger();
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

  #takeEntry({ position, events, moves }: EntryOutside): void {
    if (position !== this.entries + 1 && this.entries > 0) {
      throw new Error(`the journal goes from ${this.entries} to ${position}`);
    }
    this.entries = position;
    for (const { from, to, quantity } of moves) {
      this.units.set(from, (this.units.get(from) ?? 0) - quantity);
      this.units.set(to, (this.units.get(to) ?? 0) + quantity);
    }
    for (const { type, subject, data } of events) {
      const [kind, what] = type.split('.') as [string, string];
      if (kind === 'order') this.#story(subject).status = what.toUpperCase();
      else if (kind !== 'payment') continue;
      if (type === 'payment.started') {
        const order = String((data as { order: string }).order);
        this.#story(order).payments.push(subject);
        this.orderOf.set(subject, order);
      }
      this.changed.add(subject);
    }
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

  #story(order: string): OrderStory {
    let story = this.orders.get(order);
    if (story === undefined) {
      story = { status: '', payments: [] };
      this.orders.set(order, story);
    }
    return story;
  }
}

function nothing(currency: string): Money {
  return { currency, authorised: 0, captured: 0, refunded: 0, voided: false };
}

// Orders, payments and returns as the servers show them, asked anew when something of them was read in the
// journal. What they show is compared, never believed.

import type { OrderBooks } from './order-books.ts';
import type { OrderWorld } from './order-world.ts';

export interface ShownOrder {
  status: string;
  buyer: string;
  units: number;
  codes: string[];
  /** Of a pre-order. */
  plan?: { name: string; stages: { amount: number }[]; kept?: { amount: number } };
}

/** Which may still change, without an event of its own. */
const PAYMENT_ENDS: ReadonlySet<string> = new Set(['SETTLED', 'FAILED']);

export class OrderLooks {
  readonly orders = new Map<string, ShownOrder>();
  readonly payments = new Map<string, string>();
  readonly #world: OrderWorld;
  readonly #books: OrderBooks;

  constructor(world: OrderWorld, books: OrderBooks) {
    this.#world = world;
    this.#books = books;
  }

  async look(): Promise<void> {
    const { changed, orders } = this.#books;
    for (const id of [...changed]) {
      if (orders.has(id)) this.orders.set(id, await this.#order(id));
      else this.payments.set(id, await this.#payment(id));
      changed.delete(id);
    }
    for (const id of this.openPayments()) this.payments.set(id, await this.#payment(id));
  }

  /** Payments that are not over. */
  openPayments(): string[] {
    return [...this.payments].filter(([, status]) => !PAYMENT_ENDS.has(status)).map(([id]) => id);
  }

  async #order(id: string): Promise<ShownOrder> {
    const { body } = await this.#world.ask(`/v1/orders/${id}`);
    const lines = (body.lines ?? []) as { confirmed?: number; returned?: number }[];
    const discounts = (body.discounts ?? []) as { code: string }[];
    const shown: ShownOrder = {
      status: String(body.status),
      buyer: String(body.buyer),
      units: lines.reduce((sum, { confirmed = 0, returned = 0 }) => sum + confirmed - returned, 0),
      codes: discounts.map(({ code }) => code),
    };
    if (body.plan !== undefined) shown.plan = body.plan as NonNullable<ShownOrder['plan']>;
    return shown;
  }

  async #payment(id: string): Promise<string> {
    return String((await this.#world.ask(`/v1/payments/${id}`)).body.status);
  }
}

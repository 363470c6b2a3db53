// What the journal tells of each order: its states, the units that went to it and from it, the vouchers that
// it has, the stages that were paid. Told by events and moves alone; no order is asked.

import { ORDER_EVENTS } from '../../../src/kernel/order-states.ts';
import { add, type EntryLook, sumOf, type Told, type Units } from './entry-look.ts';

export interface OrderStory {
  status: string;
  payments: string[];
  /** What is held for it, and what is sold to it and has not been taken back. */
  units: Units;
  /** Sold with its last sale, whatever came back since. */
  bought: number;
  /** The campaign of each voucher that it has now. */
  codes: Map<string, string>;
  /** Money for stages, before the last of them. */
  stages: { payment: string; stages: number; amount: number }[];
  /** The payment with which all was paid. */
  paidBy?: string;
  /** Why it ended, the first time since money came. */
  reason?: string;
}

const STATES = new Map(Object.entries(ORDER_EVENTS).map(([state, type]) => [type, state]));
const OVER: ReadonlySet<string> = new Set(['CANCELLED', 'EXPIRED', 'REFUNDING', 'REFUNDED']);

export class OrderStories {
  readonly all = new Map<string, OrderStory>();
  /** What may not be at any moment, and was. */
  readonly wrong: string[] = [];

  /** `offered`: units that came with an offer which the entry makes an order of. */
  take(entry: EntryLook, offered: Units | undefined): void {
    const orders = new Set([...entry.of('order'), ...entry.of('stage')]);
    const before = new Map([...orders].map((id) => [id, this.#story(id).status]));
    for (const event of entry.events) this.#tell(event, entry);
    if (entry.of('return').length === 0) this.#move(entry, [...orders], offered);
    for (const [id, status] of before) {
      const story = this.#story(id);
      const left = sumOf(story.units, ['held', 'sold']);
      // Units and the end of their order are one step.
      if (story.status !== status && OVER.has(story.status) && left !== 0) {
        this.wrong.push(`order ${id} became ${story.status} and had ${left} units`);
      }
    }
  }

  /** Sold units are on their way back, or stay sold after all. */
  takeBack(order: string, sold: number): void {
    add(this.#story(order).units, 'sold', sold);
  }

  paymentOf(order: string, payment: string): void {
    this.#story(order).payments.push(payment);
  }

  #tell({ type, subject, data }: Told, entry: EntryLook): void {
    const state = STATES.get(type);
    if (state !== undefined) this.#story(subject).status = state;
    if (type === 'order.refunding') this.#story(subject).reason ??= String(data.reason ?? '');
    if (type === 'order.paid') this.#paid(this.#story(subject), entry);
    if (type === 'stage.paid') {
      const { stages, amount, payment } = data as { stages: []; amount: number; payment: string };
      this.#story(subject).stages.push({ payment, stages: stages.length, amount });
    }
    if (!type.startsWith('voucher.')) return;
    const { codes } = this.#story(subject);
    const { code, campaign } = data as { code: string; campaign: string };
    if (type === 'voucher.released') codes.delete(code);
    else codes.set(code, campaign);
  }

  #paid(story: OrderStory, { net, events }: EntryLook): void {
    const secured = events.find(({ type }) => type === 'payment.secured');
    if (secured !== undefined) story.paidBy = secured.subject;
    delete story.reason;
    story.bought = net.get('sold') ?? 0;
  }

  #move(entry: EntryLook, orders: readonly string[], offered: Units | undefined): void {
    if (orders.length === 0) return;
    const made = this.#story(orders.at(-1)!);
    // What an order held that another one takes the place of: all that is released in this step is its own,
    // so that whatever it kept shows at the other one.
    for (const id of orders.slice(0, -1)) {
      const { units } = this.#story(id);
      for (const [name, quantity] of units) add(made.units, name, quantity);
      units.clear();
    }
    for (const source of [entry.net, offered ?? []]) {
      for (const [name, quantity] of source) add(made.units, name, quantity);
    }
  }

  #story(order: string): OrderStory {
    let story = this.all.get(order);
    if (story === undefined) {
      story = {
        ...{ status: '', payments: [], units: new Map(), bought: 0 },
        ...{ codes: new Map(), stages: [] },
      };
      this.all.set(order, story);
    }
    return story;
  }
}

// Finds an order and the reservation that has its units, to plan on or to show. One whose time is over
// is made to expire first. Commits nothing else itself.

import type { Decided, Document } from '../engines/contract.ts';
import { crashPoint } from '../engines/crash-point.ts';
import { orderData, UNDECIDED } from '../kernel/order.ts';
import type { OrderVerb } from '../kernel/order-commands.ts';
import type { OrderUnits } from '../kernel/order-ends.ts';
import { isDue } from '../kernel/overlay.ts';
import type { Plan } from '../kernel/plan.ts';
import { refuse } from '../kernel/refusals.ts';
import type { StockParts } from '../stock/parts.ts';
import type { Answer, CallOptions } from '../stock.ts';
import { type Order, viewOrder } from './order-view.ts';

/** What a verb makes of an order. */
export type OrderRule = (found: OrderUnits) => Plan | Promise<Plan>;

export class OrderUnitsFinder {
  readonly #parts: StockParts;

  constructor(parts: StockParts) {
    this.#parts = parts;
  }

  /** Plans on the latest that was decided. */
  async plan(id: string, rule: OrderRule): Promise<Plan> {
    const found = await this.settled(id);
    if (found === undefined) return refuse('unknown-order', { order: id });
    return rule(found);
  }

  /** Runs a verb of one order, and shows it as the entry left it. */
  async verb(
    asked: readonly [string, OrderVerb],
    options: CallOptions,
    rule: OrderRule,
  ): Promise<Answer<Order>> {
    const { order: id } = asked[1];
    const answer = await this.#parts.run('finish', options, asked, {
      plan: () => this.plan(id, rule),
      value: (entry: Decided) => entry,
    });
    if (!answer.ok) return answer;
    crashPoint('order-ended');
    const written = answer.value.documents.find((document) => document.id === id)!;
    const units = await this.asOf(written, answer.value);
    return { ...answer, value: viewOrder(written, units, 0) };
  }

  /** The latest that was decided, to plan on; never to answer. */
  async find(id: string): Promise<OrderUnits | undefined> {
    const { latest, engine, holdingOf } = this.#parts;
    const order = await latest(id);
    if (order?.kind !== 'order') return undefined;
    const { dueMs } = engine.clock();
    const { reservation } = orderData(order);
    const document = reservation === undefined ? undefined : await latest(reservation);
    if (document === undefined) return { order, dueMs };
    return { order, units: await holdingOf(document, dueMs), dueMs };
  }

  /** The latest that was decided, with what is due of it made to fall due first. */
  async settled(id: string): Promise<OrderUnits | undefined> {
    const found = await this.find(id);
    if (found === undefined) return undefined;
    const late = [found.order, found.units?.document].filter(
      (one) => one !== undefined && isExpiring(one) && isDue(one, this.#parts.engine.clock().dueMs),
    );
    if (late.length === 0) return found;
    // Its time is over: whoever notices frees its units.
    await this.#parts.settle(late as Document[]);
    return this.find(id);
  }

  /** What is durable, to show. */
  async shown(id: string): Promise<{ order: Document; units: Document | undefined } | undefined> {
    const { engine } = this.#parts;
    const [order] = await engine.documents([id]);
    if (order?.kind !== 'order') return undefined;
    const { reservation } = orderData(order);
    if (reservation === undefined) return { order, units: undefined };
    const [units] = await engine.documents([reservation]);
    return { order, units };
  }

  /** The units of an order as an entry left them. */
  async asOf(order: Document, { documents }: Decided): Promise<Document | undefined> {
    const { reservation } = orderData(order);
    if (reservation === undefined) return undefined;
    const written = documents.find(({ id }) => id === reservation);
    return written ?? (await this.#parts.engine.documents([reservation]))[0];
  }
}

function isExpiring({ kind, state }: Document): boolean {
  return kind === 'reservation' ? state === 'HELD' : UNDECIDED.has(state);
}

// The one order in progress that a channel may let a buyer have: what counts it, which one that is, and
// how another takes its place in one step. Makes no order itself.

import type { Document } from '../engines/contract.ts';
import { joined } from '../kernel/join.ts';
import { orderData } from '../kernel/order.ts';
import { supersedeOrder } from '../kernel/order-ends.ts';
import { type Plan, planned } from '../kernel/plan.ts';
import { orderInProgress, type Stake } from '../kernel/stakes.ts';
import type { StockParts } from '../stock/parts.ts';
import type { Answer } from '../stock.ts';
import type { OrderPolicy } from './order-policies.ts';
import type { OrderUnitsFinder } from './order-units.ts';
import type { Order } from './order-view.ts';

const NONE: readonly Stake[] = [];
const WAITING: readonly string[] = ['RESERVED', 'PENDING'];
/** How often the order in progress is looked for before the buyer is told of it. */
const TRIES_MAX = 5;

/** Makes the order; `superseding` is the one that it takes the place of. */
export type MakeOrder = (superseding?: Document) => Promise<Answer<Order>>;

export class OrderInProgress {
  readonly #parts: StockParts;
  readonly #units: OrderUnitsFinder;

  constructor(parts: StockParts, units: OrderUnitsFinder) {
    this.#parts = parts;
    this.#units = units;
  }

  /** What an order of that buyer counts under. */
  stakes({ inProgress }: OrderPolicy, buyer: string | undefined): readonly Stake[] {
    return inProgress === 'any' || buyer === undefined ? NONE : [orderInProgress(buyer)];
  }

  /** Another order of the same buyer ends the one in progress; which one that is may be told late. */
  async latest(buyer: string, make: MakeOrder): Promise<Answer<Order>> {
    let open = await this.#inProgress(buyer);
    let answer = await make(open);
    for (let tries = 0; tries < TRIES_MAX && !answer.ok; tries += 1) {
      const { code } = answer;
      if (code !== 'order-in-progress' && code !== 'insufficient-stock') return answer;
      const found = await this.#inProgress(buyer);
      // Short though nothing of it is the buyer's own: so it stays.
      if (code === 'insufficient-stock' && found?.id === open?.id) return answer;
      open = found;
      answer = await make(open);
    }
    return answer;
  }

  /** The buyer's earlier order ends in the same step in which the new one begins. */
  async inPlaceOf(earlier: Document, next: Plan): Promise<Plan> {
    if (!next.ok) return next;
    const order = next.transaction.writes!.find(({ kind }) => kind === 'order')!;
    return this.#units.plan(earlier.id, (found) => {
      const ended = supersedeOrder(found, order.id);
      // It ended by itself meanwhile.
      if (!ended.ok) return next;
      return planned(joined(ended.transaction, next.transaction));
    });
  }

  async #inProgress(buyer: string): Promise<Document | undefined> {
    const { engine } = this.#parts;
    const { documents } = await engine.find({
      kind: 'order',
      buyer,
      states: WAITING,
      limit: 10,
    });
    const latest = await engine.documents(documents.map(({ id }) => id));
    return latest.find(
      (one) => one && WAITING.includes(one.state) && orderData(one).plan === undefined,
    );
  }
}

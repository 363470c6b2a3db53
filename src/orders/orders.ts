// Orders: every verb as a method. Checks the command, lets the kernel plan it over the order and the
// reservation that has its units, and shows the answer. Calls nobody outside; payments do.

import type { Decided } from '../engines/contract.ts';
import { withOwnMetadata } from '../kernel/check-command.ts';
import * as check from '../kernel/check-order.ts';
import { type FulfilVerb, fulfil } from '../kernel/fulfil.ts';
import type * as commands from '../kernel/order-commands.ts';
import { cancelOrder } from '../kernel/order-ends.ts';
import { refundedElsewhere } from '../kernel/order-payments.ts';
import { orderPolicyId, putOrderPolicy, QUEUE_CURSOR_ID } from '../kernel/order-policy.ts';
import type { StockParts } from '../stock/parts.ts';
import type { Answer, CallOptions } from '../stock.ts';
import { Checkouts } from './checkouts.ts';
import { OrderInProgress } from './order-in-progress.ts';
import { type OrderPolicies, type OrderPolicy, viewPolicy } from './order-policies.ts';
import { type OrderPage, type OrderQuery, searchOrders } from './order-search.ts';
import { OrderUnitsFinder } from './order-units.ts';
import { type Order, viewOrder } from './order-view.ts';
import { PaidUnits } from './paid-units.ts';
import type { Plans } from './plans.ts';
import type { SaleDirectory } from './sale-directory.ts';
import type { TurnCarrier } from './turn-carrier.ts';
import type { Vouchers } from './vouchers.ts';

/** What orders are made with. */
export interface OrderParts {
  policies: OrderPolicies;
  vouchers: Vouchers;
  plans: Plans;
  sales: SaleDirectory;
}

export class Orders {
  readonly #parts: StockParts;
  readonly #policies: OrderPolicies;
  readonly #units: OrderUnitsFinder;
  readonly #paid: PaidUnits;
  readonly vouchers: Vouchers;
  readonly sales: SaleDirectory;
  readonly inProgress: OrderInProgress;
  readonly #checkouts: Checkouts;

  constructor(
    parts: StockParts,
    { policies, vouchers, plans, sales }: OrderParts,
    turns: TurnCarrier = IN_THE_JOURNAL,
  ) {
    this.#parts = parts;
    this.#units = new OrderUnitsFinder(parts);
    this.#paid = new PaidUnits(parts, sales);
    this.#policies = policies;
    this.vouchers = vouchers;
    this.sales = sales;
    this.inProgress = new OrderInProgress(parts, this.#units);
    const { inProgress } = this;
    this.#checkouts = new Checkouts({
      ...{ parts, inProgress, policies, vouchers, plans, sales },
      turns,
    });
  }

  // ── Policies ──────────────────────────────────────────────────────────────────────────────────

  /** Lays down how orders of a channel run; those that were made keep what held for them. */
  async putPolicy(command: commands.OrderPolicyCommand, options: CallOptions = {}) {
    const wrong = check.checkOrderPolicy(command);
    if (wrong) return wrong;
    const id = orderPolicyId(command.channel);
    const answer = await this.#parts.run('finish', options, ['put-order-policy', command], {
      plan: async () => {
        const { engine } = this.#parts;
        const [found, cursor] = await engine.documents([id, QUEUE_CURSOR_ID]);
        const { position } = engine.health();
        return putOrderPolicy(found, command, cursor === undefined ? { position } : undefined);
      },
      value: (entry: Decided) => entry.documents[0]!,
    });
    if (!answer.ok) return answer;
    this.#policies.take(answer.value);
    return { ...answer, value: viewPolicy(answer.value) };
  }

  policies(): OrderPolicy[] {
    return this.#policies.all();
  }

  policy(channel: string): OrderPolicy {
    return this.#policies.of(channel);
  }

  // ── Orders ────────────────────────────────────────────────────────────────────────────────────

  /**
   * Makes an order: its units are held in the same step, all or none, until it is paid or its time is
   * over. Where units leave stock on payment it is PENDING, and holds nothing; so it is, until its turn
   * comes, where a queue decides.
   */
  checkout(command: commands.OrderCommand, options: CallOptions = {}): Promise<Answer<Order>> {
    const wrong = check.checkOrder(command);
    if (wrong) return Promise.resolve(wrong);
    return this.#checkouts.make(withOwnMetadata(command), options);
  }

  /** Decides one that waits for its turn; undefined where it waits no more. */
  decide(order: string): Promise<Answer<Order> | undefined> {
    return this.#checkouts.decide(order);
  }

  /** Its units go back at once; what was paid for it goes back after that. */
  cancel(command: commands.CancelOrderCommand, options: CallOptions = {}) {
    const wrong = check.checkCancelOrder(command);
    if (wrong) return Promise.resolve(wrong);
    return this.#units.verb(['cancel-order', command], options, (found) =>
      cancelOrder(found, command),
    );
  }

  /** Its money came in by another way (cash, a transfer that somebody has seen): its units are sold. */
  paid(command: commands.PaidCommand, options: CallOptions = {}) {
    const wrong = check.checkPaid(command);
    if (wrong) return Promise.resolve(wrong);
    return this.#units.verb(['paid', command], options, (found) =>
      this.#paid.paid(found, command.stage),
    );
  }

  /** Its money went back by another way: nothing of it is with us. */
  refunded(command: commands.FulfilCommand, options: CallOptions = {}) {
    const wrong = check.checkFulfil(command);
    if (wrong) return Promise.resolve(wrong);
    return this.#units.verb(['refunded', command], options, refundedElsewhere);
  }

  pack(command: commands.FulfilCommand, options: CallOptions = {}) {
    return this.#fulfil('pack', command, options);
  }

  ship(command: commands.FulfilCommand, options: CallOptions = {}) {
    return this.#fulfil('ship', command, options);
  }

  deliver(command: commands.FulfilCommand, options: CallOptions = {}) {
    return this.#fulfil('deliver', command, options);
  }

  /** As it stands now: one whose time is over is EXPIRED. */
  async order(id: string): Promise<Order | undefined> {
    const { dueMs } = this.#parts.engine.clock();
    const found = await this.#units.shown(id);
    return found && viewOrder(found.order, found.units, dueMs);
  }

  /** Newest first. May be a little behind what was accepted last; `asOf` says where it stands. */
  search(query: OrderQuery = {}): Promise<OrderPage> {
    return searchOrders(this.#parts.engine, query);
  }

  #fulfil(verb: FulfilVerb, command: commands.FulfilCommand, options: CallOptions) {
    const wrong = check.checkFulfil(command);
    if (wrong) return Promise.resolve(wrong);
    return this.#units.verb([verb, command], options, ({ order: document, dueMs }) =>
      fulfil({ document, dueMs }, verb, command),
    );
  }
}

const IN_THE_JOURNAL: TurnCarrier = { productOf: (pool) => pool };

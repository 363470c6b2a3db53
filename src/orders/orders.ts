// Orders: every verb as a method. Checks the command, lets the kernel plan it over the order and the
// reservation that has its units, and shows the answer. Calls nobody outside; payments do.

import type { Decided, Document } from '../engines/contract.ts';
import { crashPoint } from '../engines/crash-point.ts';
import { withOwnMetadata } from '../kernel/check-command.ts';
import * as check from '../kernel/check-order.ts';
import { type CheckoutContext, checkout } from '../kernel/checkout.ts';
import { type FulfilVerb, fulfil } from '../kernel/fulfil.ts';
import type * as commands from '../kernel/order-commands.ts';
import { cancelOrder } from '../kernel/order-ends.ts';
import { refundedElsewhere } from '../kernel/order-payments.ts';
import { orderPolicyId, putOrderPolicy } from '../kernel/order-policy.ts';
import type { Plan } from '../kernel/plan.ts';
import type { ReserveContext } from '../kernel/reserve.ts';
import type { VoucherUse } from '../kernel/voucher.ts';
import type { StockParts } from '../stock/parts.ts';
import type { Answer, CallOptions } from '../stock.ts';
import { OrderInProgress } from './order-in-progress.ts';
import { type OrderPolicies, type OrderPolicy, viewPolicy } from './order-policies.ts';
import { type OrderPage, type OrderQuery, searchOrders } from './order-search.ts';
import { OrderUnitsFinder } from './order-units.ts';
import { type Order, viewOrder } from './order-view.ts';
import type { Plans } from './plans.ts';
import type { UsesOf, Vouchers } from './vouchers.ts';

const NONE: readonly never[] = [];

interface Planning {
  policy: OrderPolicy;
  /** The order that this one takes the place of. */
  superseding: Document | undefined;
  uses: UsesOf | undefined;
}

export class Orders {
  readonly #parts: StockParts;
  readonly #policies: OrderPolicies;
  readonly #units: OrderUnitsFinder;
  readonly vouchers: Vouchers;
  readonly inProgress: OrderInProgress;
  readonly #plans: Plans;

  constructor(parts: StockParts, others: [OrderPolicies, Vouchers, Plans]) {
    this.#parts = parts;
    this.#units = new OrderUnitsFinder(parts);
    this.inProgress = new OrderInProgress(parts, this.#units);
    [this.#policies, this.vouchers, this.#plans] = others;
  }

  // ── Policies ──────────────────────────────────────────────────────────────────────────────────

  /** Lays down how orders of a channel run; those that were made keep what held for them. */
  async putPolicy(command: commands.OrderPolicyCommand, options: CallOptions = {}) {
    const wrong = check.checkOrderPolicy(command);
    if (wrong) return wrong;
    const id = orderPolicyId(command.channel);
    const answer = await this.#parts.run('finish', options, ['put-order-policy', command], {
      plan: async () => putOrderPolicy((await this.#parts.engine.documents([id]))[0], command),
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
   * over. Where units leave stock on payment it is PENDING, and holds nothing.
   */
  checkout(command: commands.OrderCommand, options: CallOptions = {}): Promise<Answer<Order>> {
    const wrong = check.checkOrder(command);
    if (wrong) return Promise.resolve(wrong);
    const policy = this.#policies.of(command.channel);
    const asked = withOwnMetadata(command);
    const once = (superseding?: Document) => {
      const uses = this.vouchers.usesOf(asked);
      return this.#parts.run<Order>('reserve', options, ['checkout', asked], {
        plan: () =>
          this.#plans.preordered(asked, () => this.#plan(asked, { policy, superseding, uses })),
        value: viewEntry,
      });
    };
    const one = policy.inProgress === 'latest' && command.plan === undefined;
    if (!one || command.buyer === undefined) return once();
    return this.inProgress.latest(command.buyer, once);
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
      this.#units.paid(found, command.stage),
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

  // ── How a checkout is planned ─────────────────────────────────────────────────────────────────

  #plan(command: commands.OrderCommand, planning: Planning): Plan | Promise<Plan> {
    if (planning.uses === undefined) return this.#planWith(command, planning, NONE);
    return planning
      .uses()
      .then((found) => (found.ok ? this.#planWith(command, planning, found.uses) : found));
  }

  #planWith(
    command: commands.OrderCommand,
    { policy, superseding }: Planning,
    vouchers: readonly VoucherUse[],
  ): Plan | Promise<Plan> {
    const reserving = this.#parts.reserving(command.lines);
    const plan = (known: ReserveContext) =>
      checkout(command, { ...this.#context(command, policy, known), vouchers });
    const next = reserving instanceof Promise ? reserving.then(plan) : plan(reserving);
    if (superseding === undefined) return next;
    return Promise.resolve(next).then((made) => this.inProgress.inPlaceOf(superseding, made));
  }

  #context(
    { buyer, plan }: commands.OrderCommand,
    policy: OrderPolicy,
    reserving: ReserveContext,
  ): Omit<CheckoutContext, 'vouchers'> {
    // A pre-order holds its units for weeks, and stands in the way of nothing else.
    const deduct = plan === undefined ? policy.deduct : 'on-order';
    const stakes = plan === undefined ? this.inProgress.stakes(policy, buyer) : NONE;
    const { holdForMs } = policy;
    return { reserving, order: this.#parts.newId(), deduct, holdForMs, stakes, discounts: NONE };
  }

  #fulfil(verb: FulfilVerb, command: commands.FulfilCommand, options: CallOptions) {
    const wrong = check.checkFulfil(command);
    if (wrong) return Promise.resolve(wrong);
    return this.#units.verb([verb, command], options, ({ order: document, dueMs }) =>
      fulfil({ document, dueMs }, verb, command),
    );
  }
}

function viewEntry(entry: Decided): Order {
  crashPoint('order-made');
  const order = entry.documents.findLast(({ kind }) => kind === 'order')!;
  const units = entry.documents.findLast(({ kind }) => kind === 'reservation');
  // As it was answered: at the moment of the entry nothing of it was due.
  return viewOrder(order, order.state === 'PENDING' ? undefined : units, 0);
}

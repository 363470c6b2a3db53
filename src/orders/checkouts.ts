// How an order is made: planned over its units, vouchers and plan, and carried through; at once, or when
// its turn in the queue has come. Whose turn it is, is not decided here.

import type { Decided, Document } from '../engines/contract.ts';
import { crashPoint } from '../engines/crash-point.ts';
import { type CheckoutContext, checkout } from '../kernel/checkout.ts';
import { orderData } from '../kernel/order.ts';
import type { OrderCommand } from '../kernel/order-commands.ts';
import { type Plan, planned } from '../kernel/plan.ts';
import { IN_SALE } from '../kernel/pool.ts';
import {
  commandOf,
  decided,
  isFinalRefusal,
  notQueued,
  queueOrder,
  turnedAway,
} from '../kernel/queued-order.ts';
import type { Refused } from '../kernel/refusals.ts';
import type { ReserveContext } from '../kernel/reserve.ts';
import { saleRules } from '../kernel/sale-limits.ts';
import type { VoucherUse } from '../kernel/voucher.ts';
import type { Asking } from '../stock/attempt.ts';
import type { StockParts } from '../stock/parts.ts';
import type { Answer, CallOptions } from '../stock.ts';
import type { OrderInProgress } from './order-in-progress.ts';
import type { OrderPolicies, OrderPolicy } from './order-policies.ts';
import { type Order, viewOrder } from './order-view.ts';
import type { Plans } from './plans.ts';
import { type SaleDirectory, saleGuard } from './sale-directory.ts';
import type { TurnCarrier } from './turn-carrier.ts';
import type { UsesOf, Vouchers } from './vouchers.ts';

const NONE: readonly never[] = [];

export interface CheckoutParts {
  parts: StockParts;
  inProgress: OrderInProgress;
  policies: OrderPolicies;
  vouchers: Vouchers;
  plans: Plans;
  sales: SaleDirectory;
  turns: TurnCarrier;
}

/** A checkout on its way. */
interface Made {
  command: OrderCommand;
  policy: OrderPolicy;
  options: CallOptions;
  /** The command and what it is called. */
  asked: readonly [string, object];
  /** The order's id. */
  newId: () => string;
  /** What becomes of its plan. */
  onPlan: (plan: Plan) => Plan | Promise<Plan>;
}

interface Planning extends Made {
  /** The order that this one takes the place of. */
  superseding: Document | undefined;
  uses: UsesOf | undefined;
  asking: Asking;
  /** It was planned before, on what has turned out to be old. */
  again: boolean;
}

export class Checkouts {
  readonly #its: CheckoutParts;

  constructor(its: CheckoutParts) {
    this.#its = its;
  }

  /** Makes an order, or takes it down for its turn, as its channel has it. */
  make(command: OrderCommand, options: CallOptions): Promise<Answer<Order>> {
    const { parts, policies } = this.#its;
    const policy = policies.of(command.channel);
    const asked = ['checkout', command] as const;
    const { newId } = parts;
    const made: Made = { command, policy, options, asked, newId, onPlan: (plan) => plan };
    if (policy.decides === 'at-once') return this.#make(made);
    return this.#queue(made);
  }

  /** Taken down first, so that it can be seen, cancelled and asked for again; then it gets its turn. */
  async #queue({ command, policy, options, asked, newId }: Made): Promise<Answer<Order>> {
    const { parts, turns, sales } = this.#its;
    const { queueForMs } = policy;
    const [{ pool }] = command.lines as [OrderCommand['lines'][0]];
    await turns.ready?.();
    const product = await turns.productOf(pool);
    const context = { queueForMs, product, carried: turns.carry !== undefined };
    const taken = () => queueOrder(command, { order: newId(), ...context });
    const answer = await parts.run<Order>('reserve', options, asked, {
      plan: command.sale === undefined ? taken : () => sales.whileSelling(command.sale!, taken),
      value: viewEntry,
    });
    if (!answer.ok || turns.carry === undefined) return answer;
    const order = answer.value.id;
    // Asked again: whether its turn was carried the first time is not known. A second one does nothing.
    if (answer.repeated && (await this.#queued(order)) === undefined) return answer;
    crashPoint('turn-carrying');
    await turns.carry({ order, product, atMs: parts.engine.clock().nowMs });
    crashPoint('turn-carried');
    return answer;
  }

  /** Decides an order whose turn has come; undefined where it waits no more. */
  async decide(id: string): Promise<Answer<Order> | undefined> {
    const queued = await this.#queued(id);
    if (queued === undefined) return undefined;
    crashPoint('queue-deciding');
    const { parts, policies } = this.#its;
    const command = commandOf(queued);
    const answer = await this.#make({
      command,
      policy: policies.of(command.channel),
      options: {},
      asked: ['decide-order', { order: id }],
      newId: () => id,
      onPlan: async (plan) => {
        const latest = await this.#queued(id);
        return latest ? decided(latest, parts.engine.clock(), plan) : notQueued(id);
      },
    });
    if (answer.ok) crashPoint('queue-decided');
    if (answer.ok || answer.code === 'order-decided' || !isFinalRefusal(answer)) return answer;
    crashPoint('queue-refused');
    return this.#turnAway(id, answer);
  }

  #turnAway(id: string, why: Refused): Promise<Answer<Order>> {
    const { parts } = this.#its;
    return parts.run<Order>('finish', {}, ['turn-away', { order: id }], {
      plan: async () => {
        const latest = await this.#queued(id);
        return latest ? turnedAway(latest, parts.engine.clock(), why) : notQueued(id);
      },
      value: viewEntry,
    });
  }

  async #queued(id: string): Promise<Document | undefined> {
    const found = await this.#its.parts.latest(id);
    return found?.state === 'QUEUED' ? found : undefined;
  }

  // ── How it is planned ─────────────────────────────────────────────────────────────────────────

  #make(made: Made): Promise<Answer<Order>> {
    const { parts, vouchers, plans } = this.#its;
    const { command, policy } = made;
    const once = (superseding?: Document) => {
      const uses = vouchers.usesOf(command);
      let again = false;
      return parts.run<Order>('reserve', made.options, made.asked, {
        plan: (asking) => {
          const planning = { ...made, superseding, uses, asking, again };
          again = true;
          const plan = plans.preordered(command, () => this.#plan(planning));
          return plan instanceof Promise ? plan.then(made.onPlan) : made.onPlan(plan);
        },
        value: viewEntry,
      });
    };
    const one = policy.inProgress === 'latest' && command.plan === undefined;
    if (!one || command.buyer === undefined) return once();
    return this.#its.inProgress.latest(command.buyer, once);
  }

  #plan(planning: Planning): Plan | Promise<Plan> {
    if (planning.uses === undefined) return this.#planWith(planning, NONE);
    return planning
      .uses()
      .then((found) => (found.ok ? this.#planWith(planning, found.uses) : found));
  }

  #planWith(planning: Planning, vouchers: readonly VoucherUse[]): Plan | Promise<Plan> {
    const { command, superseding } = planning;
    if (command.sale !== undefined) return this.#planInSale(planning, vouchers);
    const reserving = this.#its.parts.reserving(command.lines, planning.asking);
    const plan = (known: ReserveContext) =>
      checkout(command, { ...this.#context(planning, known), vouchers });
    const next = reserving instanceof Promise ? reserving.then(plan) : plan(reserving);
    if (superseding === undefined) return next;
    const { inProgress } = this.#its;
    return Promise.resolve(next).then((made) => inProgress.inPlaceOf(superseding, made));
  }

  /** Of pools that only their sale sells, while it is open, and within its limits. */
  async #planInSale(planning: Planning, vouchers: readonly VoucherUse[]): Promise<Plan> {
    const { command, superseding, asking, again } = planning;
    const { parts, sales, inProgress } = this.#its;
    const sale = await sales.selling(command.sale!, { again });
    if ('ok' in sale) return sale;
    const known = await parts.reserving(command.lines, asking);
    const rules = [...known.rules, ...saleRules(sale, command.lines)];
    const context = this.#context(planning, { ...known, rules, selling: IN_SALE });
    const made = checkout(command, { ...context, vouchers });
    if (!made.ok) return made;
    const guards = [saleGuard(sale), ...(made.transaction.guards ?? [])];
    const plan = planned({ ...made.transaction, guards });
    return superseding === undefined ? plan : inProgress.inPlaceOf(superseding, plan);
  }

  #context(
    { command: { buyer, plan, sale }, policy, newId }: Planning,
    reserving: ReserveContext,
  ): Omit<CheckoutContext, 'vouchers'> {
    const { holdForMs } = policy;
    // A pre-order holds its units for weeks, and stands in the way of nothing else. A sale's are held at once.
    const deduct = plan === undefined && sale === undefined ? policy.deduct : 'on-order';
    const stakes = plan === undefined ? this.#its.inProgress.stakes(policy, buyer) : NONE;
    return { reserving, order: newId(), deduct, holdForMs, stakes, discounts: NONE };
  }
}

function viewEntry(entry: Decided): Order {
  crashPoint('order-made');
  const order = entry.documents.findLast(({ kind }) => kind === 'order')!;
  const units = entry.documents.findLast(({ kind }) => kind === 'reservation');
  // As it was answered: at the moment of the entry nothing of it was due.
  return viewOrder(order, orderData(order).reservation === undefined ? undefined : units, 0);
}

// How an order is made: planned over its units, vouchers and plan, and carried through; at once, or when
// its turn in the queue has come. Whose turn it is, is not decided here.

import type { Decided, Document } from '../engines/contract.ts';
import { crashPoint } from '../engines/crash-point.ts';
import { asAsked } from '../kernel/as-asked.ts';
import { checkout } from '../kernel/checkout.ts';
import { orderData } from '../kernel/order.ts';
import type { OrderCommand } from '../kernel/order-commands.ts';
import { notAdmitted, underPass } from '../kernel/order-pass.ts';
import type { Plan } from '../kernel/plan.ts';
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
import type { VoucherUse } from '../kernel/voucher.ts';
import type { StockParts } from '../stock/parts.ts';
import type { Answer, CallOptions } from '../stock.ts';
import { CheckoutInSale } from './checkout-in-sale.ts';
import { contextOf, type Made, type Planning } from './checkout-planning.ts';
import type { OrderInProgress } from './order-in-progress.ts';
import type { OrderPolicies } from './order-policies.ts';
import { type Order, viewOrder } from './order-view.ts';
import type { Plans } from './plans.ts';
import { PreSale } from './pre-sale.ts';
import type { SaleDirectory } from './sale-directory.ts';
import type { TurnCarrier } from './turn-carrier.ts';
import type { Vouchers } from './vouchers.ts';

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

export class Checkouts {
  readonly #its: CheckoutParts;
  readonly #preSale: PreSale;
  readonly #inSale: CheckoutInSale;

  constructor(its: CheckoutParts) {
    this.#its = its;
    this.#preSale = new PreSale(its.parts.engine, its.sales);
    this.#inSale = new CheckoutInSale(its);
  }

  /** Makes an order, or takes it down for its turn, as its channel has it. */
  make(command: OrderCommand, options: CallOptions): Promise<Answer<Order>> {
    const { parts, policies } = this.#its;
    const policy = policies.of(command.channel);
    const asked = ['checkout', asAsked(command)] as const;
    const { pass } = command;
    const made: Made = {
      ...{ command, policy, options, asked },
      newId: pass === undefined ? parts.newId : () => pass,
      onPlan: pass === undefined ? (plan) => plan : (plan) => this.#underPass(pass, plan),
    };
    if (policy.decides === 'at-once') return this.#make(made);
    return this.#queue(made);
  }

  async #underPass(pass: string, plan: Plan): Promise<Plan> {
    return underPass(pass, plan, (await this.#its.parts.latest(pass)) !== undefined);
  }

  /** Taken down first, so that it can be seen, cancelled and asked for again; then it gets its turn. */
  async #queue({ command, policy, options, asked, newId, onPlan }: Made): Promise<Answer<Order>> {
    const { parts, turns, sales } = this.#its;
    const { queueForMs } = policy;
    const [{ pool }] = command.lines as [OrderCommand['lines'][0]];
    await turns.ready?.();
    const product = await turns.productOf(pool);
    const context = { queueForMs, product, carried: turns.carry !== undefined };
    const taken = () => queueOrder(command, { order: newId(), ...context });
    const inSale = (name: string) =>
      sales.whileSelling(name, (sale) => notAdmitted(sale, command) ?? taken());
    const answer = await parts.run<Order>('reserve', options, asked, {
      plan: command.sale === undefined ? taken : async () => onPlan(await inSale(command.sale!)),
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
    // Who waited for their turn was let in before.
    const command = { ...commandOf(queued), pass: id };
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
    const { sale: name } = made.command;
    if (name === undefined) return this.#makeNow(made);
    const sale = this.#its.sales.of(name);
    if (sale !== undefined && sale.whenSoldOut?.do !== 'pre-sale') return this.#makeNow(made);
    return this.#preSale.orLater(made.command, (soldOut) =>
      this.#makeNow(soldOut === undefined ? made : { ...made, soldOut }),
    );
  }

  #makeNow(made: Made): Promise<Answer<Order>> {
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
    const { inProgress } = this.#its;
    const { command, superseding } = planning;
    if (command.sale !== undefined) return this.#inSale.plan(planning, vouchers);
    const reserving = this.#its.parts.reserving(command.lines, planning.asking);
    const plan = (known: ReserveContext) =>
      checkout(command, { ...contextOf(planning, known, inProgress), vouchers });
    const next = reserving instanceof Promise ? reserving.then(plan) : plan(reserving);
    if (superseding === undefined) return next;
    return Promise.resolve(next).then((made) => inProgress.inPlaceOf(superseding, made));
  }
}

function viewEntry(entry: Decided): Order {
  crashPoint('order-made');
  const order = entry.documents.findLast(({ kind }) => kind === 'order')!;
  const units = entry.documents.findLast(({ kind }) => kind === 'reservation');
  // As it was answered: at the moment of the entry nothing of it was due.
  return viewOrder(order, orderData(order).reservation === undefined ? undefined : units, 0);
}

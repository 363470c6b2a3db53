// A checkout on its way to a plan, and what every plan of one is made with. Plans nothing.

import type { Document, PoolId } from '../engines/contract.ts';
import type { CheckoutContext } from '../kernel/checkout.ts';
import type { OrderCommand } from '../kernel/order-commands.ts';
import type { Plan } from '../kernel/plan.ts';
import type { ReserveContext } from '../kernel/reserve.ts';
import type { Asking } from '../stock/attempt.ts';
import type { CallOptions } from '../stock.ts';
import type { OrderInProgress } from './order-in-progress.ts';
import type { OrderPolicy } from './order-policies.ts';
import type { UsesOf } from './vouchers.ts';

const NONE: readonly never[] = [];

/** A checkout on its way. */
export interface Made {
  command: OrderCommand;
  policy: OrderPolicy;
  options: CallOptions;
  /** The command and what it is called. */
  asked: readonly [string, object];
  /** The order's id. */
  newId: () => string;
  /** What becomes of its plan. */
  onPlan: (plan: Plan) => Plan | Promise<Plan>;
  /** Pools of its sale that are sold out: their units are taken before they are there. */
  soldOut?: ReadonlySet<PoolId>;
}

export interface Planning extends Made {
  /** The order that this one takes the place of. */
  superseding: Document | undefined;
  uses: UsesOf | undefined;
  asking: Asking;
  /** It was planned before, on what has turned out to be old. */
  again: boolean;
}

export function contextOf(
  { command: { buyer, plan, sale }, policy, newId }: Planning,
  reserving: ReserveContext,
  inProgress: Pick<OrderInProgress, 'stakes'>,
): Omit<CheckoutContext, 'vouchers'> {
  const { holdForMs } = policy;
  // A pre-order holds its units for weeks, and stands in the way of nothing else. A sale's are held at once.
  const deduct = plan === undefined && sale === undefined ? policy.deduct : 'on-order';
  const stakes = plan === undefined ? inProgress.stakes(policy, buyer) : NONE;
  return { reserving, order: newId(), deduct, holdForMs, stakes, discounts: NONE };
}

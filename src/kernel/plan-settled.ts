// What becomes of the money of a pre-order that ends without its units being sold, or after: how much
// stays with the shop, and of which payments. The newest money goes back first.

import type { EndedBy, OrderPlan, StagesPaid } from './preorder.ts';
import { share, stagesPaid } from './preorder.ts';

/** The plan with what stays of each payment. `lost`: a payment whose money never came. */
export function settled(plan: OrderPlan, by: EndedBy, lost?: string): OrderPlan {
  // Settled before: only that some of the money never came changes what stays of the rest.
  if (plan.kept !== undefined && lost === undefined) return plan;
  const endedBy = plan.endedBy ?? by;
  const came = (plan.paid ?? []).filter(({ payment }) => lost === undefined || payment !== lost);
  const paid = spread(came, endedBy === 'shop' ? 0 : keptOf({ ...plan, paid: came }));
  return ended({ ...plan, endedBy, paid });
}

/** So much is with the shop of this payment, which may be less than was meant to stay. */
export function withKeep(plan: OrderPlan, payment: string, keep: number): OrderPlan {
  const paid = (plan.paid ?? []).map((one) => (one.payment === payment ? { ...one, keep } : one));
  return ended({ ...plan, paid });
}

/** What is to stay with the shop of a payment, once the order has ended. */
export function keepOf(plan: OrderPlan | undefined, payment: string): number {
  const found = plan?.paid?.find((one) => one.payment === payment);
  return found?.keep ?? 0;
}

/** What the policy keeps of what was paid. */
function keptOf(plan: OrderPlan): number {
  const count = stagesPaid(plan);
  if (count === 0) return 0;
  const amount = (plan.paid ?? []).reduce((sum, one) => sum + one.amount, 0);
  const { refund } = plan;
  const terms = refund[Math.min(count, refund.length) - 1]!;
  if (terms === 'kept') return amount;
  return terms === 'full' ? 0 : amount - share(amount, terms.basisPoints);
}

/** What an event tells of it. */
export function keptTold({ kept = 0, currency }: OrderPlan) {
  return { kept, currency };
}

function spread(paid: readonly StagesPaid[], kept: number): StagesPaid[] {
  let left = kept;
  return paid.map((one) => {
    const keep = Math.min(left, one.amount);
    left -= keep;
    // What was told to go back goes back: it may have gone, and whether a promise lapses or is let go of
    // first must make no difference to the buyer.
    return { ...one, keep: Math.min(keep, one.keep ?? keep) };
  });
}

function ended({ remindAtMs: _, ...plan }: OrderPlan): OrderPlan {
  return { ...plan, kept: (plan.paid ?? []).reduce((sum, { keep = 0 }) => sum + keep, 0) };
}

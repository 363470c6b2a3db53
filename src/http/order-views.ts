// Shows orders and payments in the outside format. Changes names and notations only.

import type { Payment } from '../kernel/payment.ts';
import type { OrderPolicy } from '../orders/order-policies.ts';
import type { Order } from '../orders/order-view.ts';
import { formatDuration } from './duration.ts';
import { formatInstant } from './instant.ts';
import { showOrderPlan } from './plan-views.ts';
import type { OrderOutside, OrderPolicyOutside } from './shapes/order-shapes.ts';
import type { PaymentOutside } from './shapes/payment-shapes.ts';
import { showPreSold } from './sold-out-views.ts';

export function showOrder(order: Order): OrderOutside {
  const { id, history, createdAtMs, updatedAtMs, expiresAtMs, metadata, plan, preSold, ...rest } =
    order;
  const shown: OrderOutside = {
    orderId: id,
    ...rest,
    history: history.map(({ status, atMs }) => ({ status, at: formatInstant(atMs) })),
    createdAt: formatInstant(createdAtMs),
    updatedAt: formatInstant(updatedAtMs),
  };
  if (preSold !== undefined) shown.preSold = showPreSold(preSold);
  if (plan !== undefined) shown.plan = showOrderPlan(plan);
  if (metadata !== undefined) shown.metadata = metadata as Record<string, never>;
  if (expiresAtMs !== undefined) shown.expiresAt = formatInstant(expiresAtMs);
  return shown;
}

export function showOrderPolicy(policy: OrderPolicy): OrderPolicyOutside {
  const { holdForMs, paymentForMs, queueForMs, ...rest } = policy;
  return {
    ...rest,
    holdFor: formatDuration(holdForMs),
    paymentFor: formatDuration(paymentForMs),
    queueFor: formatDuration(queueForMs),
  };
}

export function showPayment({ id, createdAtMs, updatedAtMs, ...rest }: Payment): PaymentOutside {
  return {
    paymentId: id,
    ...rest,
    createdAt: formatInstant(createdAtMs),
    updatedAt: formatInstant(updatedAtMs),
  };
}

// What becomes of the money of a return, in the transaction that closes it: it is asked for by an event, and
// the payments that paid for the order keep so much less. Those ask for the work themselves; no provider
// is called here.

import type { Document, DocumentWrite, Transaction } from '../engines/contract.ts';
import { joined } from '../kernel/join.ts';
import type { OrderData } from '../kernel/order.ts';
import { without } from '../kernel/order-payments.ts';
import { paymentData } from '../kernel/payment.ts';
import { releasePayment } from '../kernel/payment-ends.ts';
import { asJson } from '../kernel/reservation.ts';
import type { ReturnData } from '../kernel/return.ts';

/**
 * Adds the refund where a transaction closes a return that wants one; `payments` paid for its order, oldest
 * first. The newest money goes back first.
 */
export function askRefund(transaction: Transaction, payments: readonly Document[]): Transaction {
  const closed = transaction.writes?.find(
    ({ kind, state }) => kind === 'return' && state === 'CLOSED',
  );
  const data = closed?.data as unknown as ReturnData | undefined;
  if (data?.refundWanted === undefined) return transaction;
  const { order, refundWanted } = data;
  const event = {
    type: 'return.refund',
    subject: closed!.id,
    data: { order: order!, ...refundWanted },
  };
  let asked: Transaction = { ...transaction, events: [...transaction.events, event] };
  let left = refundWanted.amount;
  for (const payment of [...payments].reverse()) {
    const { keep } = paymentData(payment);
    const back = Math.min(keep, left);
    if (back === 0) continue;
    asked = withRefund(asked, payment, keep - back);
    left -= back;
  }
  return asked;
}

function withRefund(asked: Transaction, payment: Document, keep: number): Transaction {
  const released = releasePayment(payment, keep, 'return');
  if (!released.ok) return asked;
  const [write] = released.transaction.writes!;
  // Nobody works on it yet: whoever sweeps next does.
  if (write!.deadline !== undefined) write!.deadline = { afterMs: 0 };
  const isOpen = write!.final !== true;
  const writes = asked.writes!.map((one) =>
    isOpen && one.kind === 'order' ? withOpenPayment(one, payment.id) : one,
  );
  return joined({ ...asked, writes }, released.transaction);
}

/** The order stays at hand until the money is back. */
function withOpenPayment({ final: _, ...order }: DocumentWrite, payment: string): DocumentWrite {
  const data = order.data as unknown as OrderData;
  const openPayments = [...without(data.openPayments, payment), payment];
  return { ...order, data: asJson({ ...data, openPayments }) };
}

/** One, or those of a pre-order's stages, oldest first; none where the money came by another way. */
export function paymentsThatPaid({ paidBy, plan }: OrderData): string[] {
  const staged = plan?.paid?.map(({ payment }) => payment) ?? [paidBy];
  return staged.filter((id) => id !== undefined);
}

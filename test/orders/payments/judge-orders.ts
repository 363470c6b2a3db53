// Adds up the provider's ledger and the shop's own books: each order ended in one right state, no money
// is kept without units or a refund, no units are given without money.

import { paymentData } from '../../../src/kernel/payment.ts';
import type { Uses } from '../../../src/uses/open-uses.ts';
import { verify } from '../../../src/verify/verify.ts';
import type { Shop } from '../../support/shop.ts';
import type { LedgerProvider } from './ledger-provider.ts';

/** Of one unit. */
export const PRICE = 500;

export interface Bought {
  order: string;
  quantity: number;
  payments: string[];
}

export interface Judged {
  shop: Shop;
  ledger: LedgerProvider;
  uses: Uses;
  bought: readonly Bought[];
}

const ENDS: ReadonlySet<string> = new Set(['CONFIRMED', 'CANCELLED', 'EXPIRED', 'REFUNDED']);

export async function judgeOrders({ shop, ledger, uses, bought }: Judged): Promise<string[]> {
  const wrong = (await verify(shop.engine)).problems.map(({ what }) => what);
  wrong.push(...(await judgeSales(shop)));
  for (const one of bought) wrong.push(...(await judgeOrder(one, { ledger, uses })));
  for (const { payment } of ledger.accounts.values()) {
    const status = (await uses.payments.payment(payment))!.status;
    if (status !== 'SETTLED' && status !== 'FAILED') wrong.push(`payment ${payment} ${status}`);
  }
  return wrong;
}

async function judgeOrder(
  { order: id, quantity }: Bought,
  { ledger, uses }: Pick<Judged, 'ledger' | 'uses'>,
): Promise<string[]> {
  const order = (await uses.orders.order(id))!;
  const accounts = [...ledger.accounts.values()].filter((one) => one.order === id);
  const wrong: string[] = [];
  let captured = 0;
  let setAside = 0;
  for (const { payment, truth } of accounts) {
    const taken = ledger.taken(payment);
    captured += taken.captured;
    if (taken.captured > 0 && truth.currency !== 'EUR')
      wrong.push(`order ${id}: ${truth.currency}`);
    setAside += taken.setAside;
  }
  const sold = order.status === 'CONFIRMED';
  const due = sold ? quantity * PRICE : 0;
  if (captured !== due) wrong.push(`order ${id} ${order.status}: ${captured} taken, ${due} due`);
  if (sold && order.supersededBy !== undefined) wrong.push(`order ${id} was replaced, and sold`);
  if (setAside !== 0) wrong.push(`order ${id} ${order.status}: ${setAside} still set aside`);
  if (!ENDS.has(order.status)) wrong.push(`order ${id} is left ${order.status}`);
  const units = order.lines.reduce(
    (sum, line) => sum + (line.confirmed ?? 0) - (line.returned ?? 0),
    0,
  );
  if (units !== (sold ? quantity : 0)) wrong.push(`order ${id} ${order.status}: ${units} units`);
  return wrong;
}

/** At no moment was there a sale on other money than was due, whatever was made good after it. */
async function judgeSales({ engine }: Shop): Promise<string[]> {
  const wrong: string[] = [];
  const entries = await engine.entries({ after: 0, limit: 100_000 });
  for (const { documents, events } of entries) {
    if (!events.some(({ type }) => type === 'order.paid')) continue;
    const payment = documents.find(({ kind }) => kind === 'payment')!;
    const { truth, due } = paymentData(payment);
    const { currency, authorised, captured } = truth;
    if (currency === due.currency && Math.max(authorised, captured) === due.amount) continue;
    wrong.push(
      `payment ${payment.id} was taken with ${Math.max(authorised, captured)} ${currency}`,
    );
  }
  return wrong;
}

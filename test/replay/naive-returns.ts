// The same by a plain count over the file: what each customer bought of each item, line by line, and what
// of it came back. Knows nothing of orders, accounts or documents.

import { type Invoice, readInvoices } from '../../src/replay/invoices.ts';
import { surveyOrders } from '../../src/replay/survey.ts';
import { pricesOf } from './order-returns.ts';

export async function countReturns(file: string) {
  const survey = await surveyOrders(file);
  const prices = await pricesOf(file);
  const outcomes = { full: 0, part: 0, none: 0, 'no-customer': 0 };
  const available = new Map(survey.ordered);
  /** What was bought, an invoice an entry, the newest last; its lines in their order. */
  const bought = new Map<string, { left: number; price: number }[][]>();
  let units = 0;
  let refunded = 0;
  const sell = (invoice: Invoice) => {
    const own = new Map<string, { left: number; price: number }[]>();
    for (const one of invoice.lines) {
      if (one.kind !== 'sale') continue;
      available.set(one.pool, available.get(one.pool)! - one.units);
      const key = `${one.line.customer}/${one.pool}`;
      const lines = own.get(key) ?? [];
      lines.push({ left: one.units, price: prices[one.line.number]! });
      own.set(key, lines);
    }
    for (const [key, lines] of own) bought.set(key, [...(bought.get(key) ?? []), lines]);
  };
  const takeBack = (key: string, asked: number): number => {
    let open = asked;
    for (const one of (bought.get(key) ?? []).toReversed().flat()) {
      const back = Math.min(open, one.left);
      one.left -= back;
      open -= back;
      refunded += back * one.price;
    }
    return asked - open;
  };
  for await (const invoice of readInvoices(file, survey)) {
    sell(invoice);
    for (const one of invoice.lines) {
      if (one.kind === 'set-aside' && one.outcome === 'no-customer') outcomes['no-customer'] += 1;
      if (one.kind !== 'return') continue;
      const back = takeBack(`${one.line.customer}/${one.pool}`, one.units);
      if (back === one.units) outcomes.full += 1;
      else if (back > 0) outcomes.part += 1;
      else outcomes.none += 1;
      units += back;
      if (back > 0) available.set(one.pool, available.get(one.pool)! + back);
    }
  }
  return { outcomes, units, refunded, available };
}

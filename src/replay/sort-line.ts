// Says what a line of the order file asks for: a sale, a return or a write-off of so many units of a
// pool. Or why it asks for nothing that can be carried out. Looks at one line alone; stock and
// earlier sales do not matter here.

import { checkText, QUANTITY_MAX } from '../kernel/check-command.ts';
import type { OrderLine } from './order-file.ts';
import type { UnitOutcome } from './outcomes.ts';
import { poolOfSku } from './sku-pool-id.ts';

export type SortedLine = { line: OrderLine; units: number } & (
  | { kind: 'sale' | 'return' | 'write-off'; pool: string }
  | { kind: 'set-aside'; outcome: UnitOutcome }
);

/** Invoice numbers become part of keys, which are at most 256 characters. */
const INVOICE_MAX = 200;
const WHOLE = /^-?\d{1,15}$/;
const BOOKKEEPING = /^A\d+$/;

/** The units that a line states, without their sign; 0 where it states none. */
export function unitsOf(line: OrderLine): number {
  return WHOLE.test(line.quantity) ? Math.abs(Number(line.quantity)) : 0;
}

export function isReturnInvoice(invoice: string): boolean {
  return invoice.startsWith('C');
}

export function sortLine(line: OrderLine): SortedLine {
  const units = unitsOf(line);
  const aside = (outcome: UnitOutcome): SortedLine => ({
    line,
    units,
    kind: 'set-aside',
    outcome,
  });
  const { invoice, sku, quantity, customer } = line;
  if (invoice === '') return aside('no-invoice');
  if (BOOKKEEPING.test(invoice)) return aside('not-goods');
  if (sku.trim() === '') return aside('no-sku');
  if (!WHOLE.test(quantity) || units === 0) return aside('bad-quantity');
  const comesBack = quantity.startsWith('-');
  if (isReturnInvoice(invoice) && !comesBack) return aside('bad-quantity');
  const pool = poolOfSku(sku);
  if (pool === undefined || units > QUANTITY_MAX || !fits(invoice, customer)) {
    return aside('out-of-bounds');
  }
  if (!comesBack) return { line, units, kind: 'sale', pool };
  if (!isReturnInvoice(invoice)) return { line, units, kind: 'write-off', pool };
  if (customer === '') return aside('no-customer');
  return { line, units, kind: 'return', pool };
}

function fits(invoice: string, customer: string): boolean {
  return (
    checkText(invoice, 'invoice', INVOICE_MAX) === undefined &&
    checkText(customer || undefined, 'customer') === undefined
  );
}

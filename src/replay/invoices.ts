// Gathers lines into invoices. An invoice is complete, and takes its place in the order, when its
// last line has been read: a few stand in pieces between the lines of others. Holds only the
// invoices that are incomplete.

import { type OrderLine, readOrderFile } from './order-file.ts';
import { type SortedLine, sortLine } from './sort-line.ts';
import type { Survey } from './survey.ts';

export interface Invoice {
  /** Empty for a line that names none. */
  number: string;
  /** Its place in the file's order, from 1. */
  ordinal: number;
  lines: SortedLine[];
}

export async function* readInvoices(path: string, survey: Survey): AsyncGenerator<Invoice> {
  const open = new Map<string, OrderLine[]>();
  let ordinal = 0;
  for await (const line of readOrderFile(path)) {
    const number = line.invoice;
    const lines = open.get(number) ?? [];
    lines.push(line);
    if (number !== '' && lines.length < (survey.invoices.get(number) ?? 0)) {
      open.set(number, lines);
      continue;
    }
    open.delete(number);
    ordinal += 1;
    yield { number, ordinal, lines: lines.map(sortLine) };
  }
}

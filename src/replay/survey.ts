// The first pass over an order file: how many lines each invoice has, how many units of each pool
// are ordered, and a fingerprint of the text. Decides nothing; the second pass must come to the same
// totals on its own.

import { createHash } from 'node:crypto';
import { readOrderFile } from './order-file.ts';
import { sortLine } from './sort-line.ts';

export interface Survey {
  lines: number;
  /** All units that the lines state, whichever way they go. */
  units: number;
  /** Lines of each invoice. */
  invoices: ReadonlyMap<string, number>;
  /** Units ordered of each pool that is sold or written off; in the order of first mention. */
  ordered: ReadonlyMap<string, number>;
  /** SHA-256 of the unpacked file. */
  sha256: string;
}

export async function surveyOrders(
  path: string,
  onLines: (lines: number) => void = () => {},
): Promise<Survey> {
  const hash = createHash('sha256');
  const invoices = new Map<string, number>();
  const ordered = new Map<string, number>();
  let lines = 0;
  let total = 0;
  for await (const line of readOrderFile(path, (bytes) => hash.update(bytes))) {
    const sorted = sortLine(line);
    lines += 1;
    total += sorted.units;
    if (line.invoice !== '') invoices.set(line.invoice, (invoices.get(line.invoice) ?? 0) + 1);
    if (sorted.kind === 'sale' || sorted.kind === 'write-off') {
      const more = sorted.kind === 'sale' ? sorted.units : 0;
      ordered.set(sorted.pool, (ordered.get(sorted.pool) ?? 0) + more);
    }
    if (lines % 4_096 === 0) onLines(lines);
  }
  return { lines, units: total, invoices, ordered, sha256: hash.digest('hex') };
}

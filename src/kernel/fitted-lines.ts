// What purchase limits leave of a command's lines, and where its buyer's units count.

import type { LineCommand, ReserveCommand } from './commands.ts';
import { type Counted, countedFor, covers, fitOrder, type LimitRule } from './limits.ts';
import { type Refused, refuse } from './refusals.ts';

export type LineOfProduct = LineCommand & { product?: string };

interface Limits {
  nowMs: number;
  /** Those that cover at least one line. */
  rules: readonly LimitRule[];
  /** The product of each pool, where a rule needs it. */
  products?: ReadonlyMap<string, string>;
}

/** Where each rule per buyer counts. */
export function countedBy(
  buyer: string | undefined,
  { rules, nowMs }: Limits,
): Counted[] | Refused {
  const counting = rules.every(isPerBuyer) ? rules : rules.filter(isPerBuyer);
  for (const { countsFor = buyer, limit } of counting) {
    if (countsFor === undefined) return refuse('buyer-required', { limit });
  }
  return counting.map((rule) => countedFor(rule, rule.countsFor ?? buyer!, nowMs));
}

function isPerBuyer({ per }: LimitRule): boolean {
  return per === 'buyer';
}

interface Fitted {
  ok: true;
  lines: LineOfProduct[];
  grantedMax: number;
}

/** The lines with their products, and what limits per order leave of them, one after the other if `inTurn`. */
export function fittedLines(
  command: Pick<ReserveCommand, 'lines'>,
  { rules, products }: Limits,
  inTurn = false,
): Fitted | Refused {
  let lines: LineOfProduct[] = command.lines;
  if (products !== undefined) {
    lines = lines.map((line) => {
      const product = products.get(line.pool);
      return product === undefined ? line : { ...line, product };
    });
  }
  let grantedMax = Number.POSITIVE_INFINITY;
  for (const rule of rules) {
    if (rule.per !== 'order') continue;
    const fitted = fitOrder(rule, lines);
    if (!Array.isArray(fitted)) return fitted;
    // Over all lines the commit shares it out: what one cannot have goes to the next.
    if (!inTurn && lines.every((line) => covers(rule, line))) {
      grantedMax = Math.min(grantedMax, rule.quantityMax);
    } else lines = fitted;
  }
  return { ok: true, lines, grantedMax };
}

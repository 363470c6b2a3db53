// The limits of a sale as rules like any other: they stand in the sale's document, which guards them,
// and count under names that no limit of a shop's own can have. Must not keep counts.

import { covers, type LimitRule } from './limits.ts';
import { type Sale, type SaleLimit, saleId } from './sale.ts';

const PREFIX = '+sale:';

/** The rules of a sale that cover at least one of the lines. */
export function saleRules(sale: Sale, lines: readonly { pool: string }[]): LimitRule[] {
  const rules = sale.limits.flatMap((limit, index) => rulesOf(sale, limit, index));
  return rules.filter((rule) => lines.some((line) => covers(rule, line)));
}

function rulesOf(sale: Sale, limit: SaleLimit, index: number): LimitRule[] {
  const { of = 'item', ...rest } = limit;
  const { sale: name, version, items } = sale;
  const guard = { document: saleId(name), version };
  const named = `${PREFIX}${name}:${index}`;
  if (of === 'sale') {
    const scope = { pools: items.map(({ pool }) => pool) };
    return [{ ...rest, ...guard, limit: named, scope }];
  }
  return items.map(({ pool }, item) => {
    return { ...rest, ...guard, limit: `${named}:${item}`, scope: { pools: [pool] } };
  });
}

/** The limit of a sale that a rule stands for, by the rule's name. */
export function saleLimitOf(sale: Sale, rule: string): SaleLimit | undefined {
  const start = `${PREFIX}${sale.sale}:`;
  if (!rule.startsWith(start)) return undefined;
  return sale.limits[Number.parseInt(rule.slice(start.length), 10)];
}

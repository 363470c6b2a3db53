// The limits of a sale as rules like any other: they stand in the sale's document, which guards them,
// and count under names that no limit of a shop's own can have. Must not keep counts.

import { joined } from './joined.ts';
import type { LimitRule } from './limits.ts';
import { type Refused, refuse } from './refusals.ts';
import { type Sale, type SaleItem, type SaleLimit, saleId } from './sale.ts';

const PREFIX = '+sale:';
const NONE: readonly RuleOfSale[] = [];

/** One per address is counted as one per buyer is, under the key of the address; which that is, the checkout says. */
type RuleOfSale = LimitRule & { ofAddress?: true };

/** The rules of one version of a sale, made once: making those of 100 items took 60 % of a checkout. */
export class SaleRules {
  readonly #sale: string;
  readonly #countsAddresses: boolean;
  readonly #ofAll: readonly RuleOfSale[];
  readonly #ofItem: ReadonlyMap<string, readonly RuleOfSale[]>;

  constructor(sale: Sale) {
    const ofItem = (item: SaleItem, at: number) =>
      sale.limits.flatMap((limit) => ruleOfItem(sale, limit, item, at));
    this.#sale = sale.sale;
    this.#countsAddresses = countsAddresses(sale);
    this.#ofAll = sale.limits.flatMap((limit) => ruleOfAll(sale, limit));
    this.#ofItem = new Map(
      sale.items.flatMap((item, at) => {
        const rules = ofItem(item, at);
        return poolsOf(item).map((pool) => [pool, rules] as const);
      }),
    );
  }

  /**
   * Those that cover at least one of the lines.
   *
   * @param addressKey what counts for the address that the buyer comes from
   */
  of(lines: readonly { pool: string }[], addressKey?: string): readonly LimitRule[] | Refused {
    const rules = this.#covering(lines);
    if (!this.#countsAddresses) return rules;
    if (addressKey === undefined) return refuse('address-required', { sale: this.#sale });
    return rules.map((rule) =>
      rule.ofAddress === undefined ? rule : { ...rule, countsFor: addressKey },
    );
  }

  #covering(lines: readonly { pool: string }[]): readonly RuleOfSale[] {
    if (lines.length === 1) return this.#with(this.#ofItem.get(lines[0]!.pool) ?? NONE);
    const pools = new Set(lines.map(({ pool }) => pool));
    const rules = [...pools].flatMap((pool) => this.#ofItem.get(pool) ?? NONE);
    // What is pre-sold of an item counts under the same rules.
    return this.#with([...new Set(rules)]);
  }

  #with(rules: readonly RuleOfSale[]): readonly RuleOfSale[] {
    return this.#ofAll.length === 0 ? rules : joined(this.#ofAll, rules);
  }
}

/** Whether it asks from which address somebody buys. */
export function countsAddresses({ limits }: Sale): boolean {
  return limits.some(({ per }) => per === 'address');
}

function ruleOfAll(sale: Sale, limit: SaleLimit): RuleOfSale[] {
  if (limit.of !== 'sale') return [];
  const scope = { pools: sale.items.flatMap(poolsOf) };
  return [{ ...termsOf(sale, limit), limit: nameOf(sale, limit), scope }];
}

function ruleOfItem(sale: Sale, limit: SaleLimit, item: SaleItem, at: number): RuleOfSale[] {
  if (limit.of === 'sale') return [];
  const scope = { pools: poolsOf(item) };
  return [{ ...termsOf(sale, limit), limit: `${nameOf(sale, limit)}:${at}`, scope }];
}

function termsOf({ sale, version }: Sale, { per, of: _, ...terms }: SaleLimit) {
  const counted = per === 'address' ? ({ per: 'buyer', ofAddress: true } as const) : { per };
  return { ...terms, ...counted, document: saleId(sale), version };
}

function nameOf({ sale }: Pick<Sale, 'sale'>, limit: SaleLimit): string {
  return `${PREFIX}${sale}:${countOf(limit)}`;
}

/** What a limit counts, whatever it allows: its count goes on when others are laid down beside it. */
export function countOf({
  per,
  of = 'item',
  period,
  timeZone = 'UTC',
  windowMs,
}: SaleLimit): string {
  const each = period === undefined ? 'ever' : `${period}-${timeZone.replaceAll('/', '_')}`;
  return [per, of, windowMs === undefined ? each : `${windowMs}ms`].join('-');
}

/** In which an item is sold: what is pre-sold counts as well. */
function poolsOf({ pool, pre }: SaleItem): string[] {
  return pre === undefined ? [pool] : [pool, pre];
}

/** The limit of a sale that a rule stands for, by the rule's name. */
export function saleLimitOf(sale: Sale, rule: string): SaleLimit | undefined {
  return sale.limits.find((limit) => {
    const name = nameOf(sale, limit);
    return rule === name || rule.startsWith(`${name}:`);
  });
}

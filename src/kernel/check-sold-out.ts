// The bounds of what a sale does when it is sold out: each choice has the fields that belong to it, and no others.

import { checkHold, checkMoment, checkPool, checkWhole, invalid } from './check-command.ts';
import { preSalePool } from './pre-sale.ts';
import type { Refused } from './refusals.ts';
import type { SaleCommand } from './sale.ts';
import { SOLD_OUT_CHOICES, type SoldOutChoice, type WhenSoldOut } from './sold-out.ts';

type Checked = Refused | undefined;

export const ALTERNATIVES_MAX = 20;
const FIELD = 'whenSoldOut';

/** Which fields a choice may have, beside `do`; as a caller writes them. */
const FIELDS: Record<SoldOutChoice, readonly (keyof WhenSoldOut)[]> = {
  refuse: [],
  alternatives: ['pools'],
  'waiting-list': ['offerForMs'],
  'pre-sale': ['quantityMax', 'arrivesAtMs'],
};

export function checkWhenSoldOut({ sale, items, whenSoldOut }: SaleCommand): Checked {
  if (whenSoldOut === undefined) return undefined;
  if (typeof whenSoldOut !== 'object' || whenSoldOut === null) return invalid(FIELD, 'an object');
  const { do: choice } = whenSoldOut;
  if (!SOLD_OUT_CHOICES.includes(choice)) {
    return invalid(`${FIELD}/do`, `one of ${SOLD_OUT_CHOICES.join(', ')}`);
  }
  for (const name in whenSoldOut) {
    if (name === 'do' || FIELDS[choice].includes(name as keyof WhenSoldOut)) continue;
    return invalid(`${FIELD}/${name.replace(/(At)?Ms$/, '$1')}`, `nothing with ${choice}`);
  }
  const own = items.map(({ from, pool = `${from}:${sale}` }) => pool);
  if (choice === 'pre-sale') return checkPreSale(whenSoldOut, own);
  return choice === 'alternatives'
    ? checkAlternatives(whenSoldOut.pools, own)
    : checkHold(whenSoldOut.offerForMs, `${FIELD}/offerFor`);
}

function checkPreSale({ quantityMax, arrivesAtMs }: WhenSoldOut, own: readonly string[]): Checked {
  for (const [index, pool] of own.entries()) {
    const wrong = checkPool(preSalePool(pool), `items/${index}/pool`);
    if (wrong !== undefined) return wrong;
  }
  return (
    checkWhole(quantityMax, `${FIELD}/quantityMax`) ??
    checkMoment(arrivesAtMs, `${FIELD}/arrivesAt`)
  );
}

function checkAlternatives(pools: unknown, own: readonly string[]): Checked {
  if (!Array.isArray(pools) || pools.length === 0 || pools.length > ALTERNATIVES_MAX) {
    return invalid(`${FIELD}/pools`, `1 to ${ALTERNATIVES_MAX} pools`);
  }
  for (const [index, pool] of pools.entries()) {
    const wrong = checkPool(pool, `${FIELD}/pools/${index}`);
    if (wrong !== undefined) return wrong;
  }
  if (new Set(pools).size < pools.length || pools.some((pool) => own.includes(pool))) {
    return invalid(
      `${FIELD}/pools`,
      'pools that differ, none of them one that the sale sells from',
    );
  }
  return undefined;
}

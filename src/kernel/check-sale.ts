// The bounds of every command about sales: what is refused before anything is looked at, with the field
// that is wrong.

import {
  checkLines,
  checkMoment,
  checkName,
  checkPool,
  checkText,
  checkWhole,
  invalid,
} from './check-command.ts';
import { checkPutLimit } from './check-limit.ts';
import { checkWhenSoldOut } from './check-sold-out.ts';
import { checkAmount, checkCurrency } from './money.ts';
import type { Refused } from './refusals.ts';
import type {
  AttemptRate,
  SaleChallenge,
  SaleCommand,
  SaleGate,
  SaleItemCommand,
  SaleLimit,
} from './sale.ts';
import { countOf } from './sale-limits.ts';
import { checkRoom } from './sale-room.ts';

type Checked = Refused | undefined;

export const SALE_ITEMS_MAX = 100;
export const SALE_LIMITS_MAX = 10;
/** Attempts a second: one in a thousand seconds, to more than any machine takes. */
export const RATE_MIN = 0.001;
export const RATE_MAX = 1_000_000;
/** Attempts in hand for each unit that is left. */
export const MULTIPLE_MIN = 0.01;
export const MULTIPLE_MAX = 1_000;
/** A buyer waits as long for an answer. */
export const DRAW_EVERY_MAX_MS = 10_000;
export const CHALLENGE_FROM_MAX = 100;
/** At a score of 100 some minutes of a browser. */
export const CHALLENGE_COST_MAX = 100;

export function checkSale(command: SaleCommand): Checked {
  const { sale, items, limits = [], opensAtMs, closesAtMs, channel } = command;
  const wrong =
    checkSaleName(sale) ??
    checkItems(command) ??
    (channel === undefined ? undefined : checkPool(channel, 'channel')) ??
    checkMoment(opensAtMs, 'opensAt') ??
    checkMoment(closesAtMs, 'closesAt') ??
    checkRate(command.rate, 'rate') ??
    checkRate(command.buyerRate, 'buyerRate') ??
    checkGate(command.gate) ??
    checkWhenSoldOut(command) ??
    checkRoom(command.room) ??
    checkChallenge(command.challenge);
  if (wrong !== undefined) return wrong;
  if (opensAtMs !== undefined && closesAtMs !== undefined && closesAtMs <= opensAtMs) {
    return invalid('closesAt', 'a time after opensAt');
  }
  if (!Array.isArray(limits) || limits.length > SALE_LIMITS_MAX) {
    return invalid('limits', `up to ${SALE_LIMITS_MAX} limits`);
  }
  const counts = new Set<string>();
  for (const [index, limit] of limits.entries()) {
    const off = checkLimit(limit, `limits/${index}`, items);
    if (off !== undefined) return off;
    if (counts.has(countOf(limit))) {
      return invalid(`limits/${index}`, 'a limit that counts something else than those before');
    }
    counts.add(countOf(limit));
  }
  return undefined;
}

export function checkSaleName(sale: unknown): Checked {
  return checkName(sale, 'sale');
}

function checkItems({ sale, items, currency }: SaleCommand): Checked {
  if (!Array.isArray(items) || items.length === 0 || items.length > SALE_ITEMS_MAX) {
    return invalid('items', `1 to ${SALE_ITEMS_MAX} items`);
  }
  const priced = items[0]?.unitPrice !== undefined;
  const own = new Set<string>();
  for (const [index, item] of items.entries()) {
    const wrong = checkItem(item, `items/${index}`, sale);
    if (wrong !== undefined) return wrong;
    if ((item.unitPrice !== undefined) !== priced) {
      return invalid(`items/${index}/unitPrice`, 'a price on all items, or on none');
    }
    own.add(item.pool ?? `${item.from}:${sale}`);
  }
  if (own.size < items.length || items.some(({ from }) => own.has(from))) {
    return invalid(
      'items',
      'items whose pools differ from each other, and from those they come from',
    );
  }
  if (!priced) return currency === undefined ? undefined : invalid('currency', 'prices with it');
  return checkCurrency(currency, 'currency');
}

function checkItem(item: SaleItemCommand | null, field: string, sale: string): Checked {
  if (typeof item !== 'object' || item === null) return invalid(field, 'an object');
  const { from, quantity, pool = `${from}:${sale}`, unitPrice } = item;
  return (
    checkPool(from, `${field}/from`) ??
    checkPool(pool, `${field}/pool`) ??
    checkWhole(quantity, `${field}/quantity`) ??
    (unitPrice === undefined ? undefined : checkAmount(unitPrice, `${field}/unitPrice`))
  );
}

/** As any limit is; only what it covers follows from the sale. */
function checkLimit(limit: SaleLimit | null, field: string, items: SaleItemCommand[]): Checked {
  if (typeof limit !== 'object' || limit === null) return invalid(field, 'an object');
  const { of, ...rest } = limit;
  if (of !== undefined && of !== 'item' && of !== 'sale') {
    return invalid(`${field}/of`, 'item or sale');
  }
  const scope = { pools: [items[0]!.from] };
  // One per address is as one per buyer.
  const per = rest.per === 'address' ? 'buyer' : rest.per;
  const wrong = checkPutLimit({ ...rest, per, limit: 'sale', scope });
  if (wrong === undefined) return undefined;
  const { field: inner } = wrong.details;
  return { ...wrong, details: { ...wrong.details, field: `${field}/${String(inner)}` } };
}

function checkRate(rate: AttemptRate | undefined, field: string): Checked {
  if (rate === undefined) return undefined;
  if (typeof rate !== 'object' || rate === null) return invalid(field, 'an object');
  const { perSecond, burst } = rate;
  if (!(perSecond >= RATE_MIN && perSecond <= RATE_MAX)) {
    return invalid(`${field}/perSecond`, `a number from ${RATE_MIN} to ${RATE_MAX}`);
  }
  return checkWhole(burst, `${field}/burst`, 1, RATE_MAX);
}

function checkGate(gate: SaleGate | undefined): Checked {
  if (gate === undefined) return undefined;
  if (typeof gate !== 'object' || gate === null) return invalid('gate', 'an object');
  const { multiple, by, drawEveryMs } = gate;
  if (!(multiple >= MULTIPLE_MIN && multiple <= MULTIPLE_MAX)) {
    return invalid('gate/multiple', `a number from ${MULTIPLE_MIN} to ${MULTIPLE_MAX}`);
  }
  if (by !== 'arrival' && by !== 'lot') return invalid('gate/by', 'arrival or lot');
  if (drawEveryMs === undefined) return undefined;
  if (by === 'arrival') return invalid('gate/drawEvery', 'nothing: no lots are drawn');
  return checkWhole(drawEveryMs, 'gate/drawEvery', 1, DRAW_EVERY_MAX_MS);
}

function checkChallenge(challenge: SaleChallenge | undefined): Checked {
  if (challenge === undefined) return undefined;
  if (typeof challenge !== 'object' || challenge === null) return invalid('challenge', 'an object');
  const { kind, from, cost = 1 } = challenge;
  return (
    checkName(kind, 'challenge/kind') ??
    checkWhole(from, 'challenge/from', 0, CHALLENGE_FROM_MAX) ??
    checkWhole(cost, 'challenge/cost', 1, CHALLENGE_COST_MAX)
  );
}

/** A checkout's lines name items of the sale, by their pools or by those they come from. */
export function checkSaleCheckout({
  sale,
  lines,
  addressKey,
}: {
  sale: string;
  lines: unknown;
  addressKey?: string;
}): Checked {
  return checkSaleName(sale) ?? checkLines(lines) ?? checkText(addressKey, 'addressKey');
}

// What becomes of those who find a sale sold out, as the sale has it: they are refused, told what else there is,
// may wait in line for what comes back, or buy what is still to come (pre-sale.ts). The words for it and the rules; what is there to sell is not looked at here.

import type { DocumentGuard, JsonObject, PoolId } from '../engines/contract.ts';
import type { Waiting } from './line.ts';
import { type Refused, refuse } from './refusals.ts';
import { type Sale, saleGuard } from './sale.ts';
import { countsAddresses } from './sale-limits.ts';

export const SOLD_OUT_CHOICES = ['refuse', 'alternatives', 'waiting-list', 'pre-sale'] as const;

export type SoldOutChoice = (typeof SOLD_OUT_CHOICES)[number];

/** What a sale has in place of a bare refusal. Each choice has fields of its own. */
export interface WhenSoldOut {
  do: SoldOutChoice;
  /** `alternatives`: the pools that are offered instead, in this order; 1 to 20. */
  pools?: PoolId[];
  /** `waiting-list`: how long an offer stands. Default: as with every line. */
  offerForMs?: number;
  /** `pre-sale`: so many of each item are sold before they are there, up to 1,000,000,000. */
  quantityMax?: number;
  /** `pre-sale`: when they are expected. */
  arrivesAtMs?: number;
}

/** A sentence for the buyer, beside the one of the refusal. */
const ADVICE: Partial<Record<SoldOutChoice, string>> = {
  alternatives: 'This is sold out. There are others to be had.',
  'waiting-list': 'This is sold out for now. You can wait in line for what comes back.',
};

export interface Alternative {
  pool: PoolId;
  available: number;
}

/** Whether a refusal is because its units are gone, so that something else may be had instead. */
export function isSoldOut({ whenSoldOut }: Sale, { code }: Refused): boolean {
  return code === 'insufficient-stock' && whenSoldOut !== undefined;
}

/** The refusal of who found it sold out, with what there is instead; without it where that is nothing. */
export function instead(
  { sale, whenSoldOut }: Sale,
  refused: Refused,
  alternatives: readonly Alternative[] = [],
): Refused {
  const choice = whenSoldOut?.do;
  const more: JsonObject = {};
  if (choice === 'alternatives' && alternatives.length > 0) {
    more.alternatives = alternatives.map((each) => ({ ...each }));
  } else if (choice === 'waiting-list') more.waitFor = refused.details.pool!;
  else return refused;
  return refuse(refused.code, { ...refused.details, sale, advice: ADVICE[choice]!, ...more });
}

/** Holds while the sale is as it is known, and can be bought from. */
export function asKnown(sale: Sale): DocumentGuard {
  return { ...saleGuard(sale), version: sale.version };
}

/** Whether one may wait for units of a sale's pool: it has a line, and nothing there that could be bought. */
export function mayWait(
  sale: Sale,
  { pool, quantity, addressKey }: { pool: PoolId; quantity: number; addressKey?: string },
  available: number,
): Waiting | Refused {
  if (sale.whenSoldOut?.do !== 'waiting-list') {
    return refuse('pool-in-sale', { pool, sale: sale.sale });
  }
  if (available >= quantity) return refuse('not-sold-out', { pool, sale: sale.sale });
  const waiting: Waiting = { sale: sale.sale, guards: [asKnown(sale)] };
  if (!countsAddresses(sale)) return waiting;
  if (addressKey === undefined) return refuse('address-required', { sale: sale.sale });
  return { ...waiting, addressKey };
}

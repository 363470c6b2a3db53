// A sale as a caller sees it: what was laid down, its state by the clock, and what its pools have. Reads only.

import type { OwnerState } from '../../engines/contract.ts';
import { type Sale, type SaleItem, type SaleState, saleStateAt } from '../../kernel/sale.ts';

export interface SaleItemView extends SaleItem {
  /** What it has to sell; missing before it is armed. */
  available?: number;
  held?: number;
  sold?: number;
}

export interface SaleView extends Omit<Sale, 'closedAtMs' | 'neverArmed' | 'items'> {
  items: SaleItemView[];
}

/** The states in which its pools are its own, or were just now. */
const COUNTED: ReadonlySet<SaleState> = new Set(['ARMED', 'OPEN', 'CLOSED']);

export function viewSale(
  sale: Sale,
  nowMs: number,
  owners: readonly (OwnerState | undefined)[] = [],
): SaleView {
  const { closedAtMs: _, neverArmed: __, items, ...rest } = sale;
  const state = saleStateAt(sale, nowMs);
  const counted = COUNTED.has(state) && owners.length > 0;
  return {
    ...rest,
    state,
    items: items.map((item, index) =>
      counted ? { ...item, ...balancesOf(owners[index]) } : { ...item },
    ),
  };
}

export function balancesOf(owner: OwnerState | undefined) {
  const balance = (name: string) => owner?.accounts[name]?.balance ?? 0;
  return { available: balance('available'), held: balance('held'), sold: balance('sold') };
}

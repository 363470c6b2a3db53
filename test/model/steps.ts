// The words of a sequence: what can be done to a shop, as plain data that prints and shrinks well.
// Reservations and earlier commands are named by their number, counted back from the latest.

import type { LimitScope } from '../../src/kernel/commands.ts';

export const POOLS = ['tea', 'tea-north', 'cup', 'sale', '__proto__'] as const;
export const BUYERS = ['ann', 'bob'] as const;

/** Products by pool: the sale sells tea, and sends what is left to `tea`. */
export const PRODUCT: Record<string, string> = {
  tea: 'tea',
  'tea-north': 'tea',
  cup: 'cup',
  sale: 'tea',
  ['__proto__']: '__proto__',
};
export const HOME = { pool: 'sale', home: 'tea' } as const;

export interface StepLine {
  pool: string;
  quantity: number;
  quantityMin?: number;
}

/** Limits of a sequence: each name has one kind, its ceiling may change. */
export interface LimitShape {
  per: 'order' | 'buyer';
  scope: LimitScope;
  period?: 'day';
  windowMs?: number;
}

export const LIMITS: Record<string, LimitShape> = {
  order: { per: 'order', scope: { pools: ['tea', 'cup'] } },
  ever: { per: 'buyer', scope: { pools: ['cup', '__proto__'] } },
  daily: { per: 'buyer', scope: { products: ['tea'] }, period: 'day' },
  window: { per: 'buyer', scope: { pools: ['tea', 'sale'] }, windowMs: 90_000 },
};

export type Step =
  | {
      do: 'reserve';
      lines: StepLine[];
      buyer?: string;
      holdForMs?: number;
      holdCapMs?: number;
      key?: string;
    }
  | { do: 'confirm'; which: number; lines?: StepLine[]; key?: string }
  | { do: 'cancel'; which: number; key?: string }
  | { do: 'extend'; which: number; holdForMs: number; key?: string }
  | { do: 'change'; which: number; lines: StepLine[]; key?: string }
  | { do: 'return'; which: number; lines: StepLine[]; key?: string }
  | { do: 'receive'; pool: string; quantity: number; key?: string }
  | { do: 'adjust'; pool: string; quantity: number; upTo?: boolean; key?: string }
  | { do: 'transfer'; from: string; to: string; quantity: number; key?: string }
  | { do: 'limit'; limit: string; quantityMax: number; returnsGiveBack: boolean }
  | { do: 'again'; which: number }
  | { do: 'pass'; ms: number }
  | { do: 'sweep' }
  | { do: 'close' }
  | { do: 'reopen' }
  | { do: 'restart' };

export interface Sequence {
  /** Whether all that is due is tidied up before every command; answers must be the same. */
  tidy: boolean;
  /** Units in each pool at the start. */
  opening: number;
  /** In how many segments pools are sold, if they are. */
  segments?: number;
  steps: Step[];
}

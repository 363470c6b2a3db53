// How large `bench flash-sale` is: as asked, quick, and as small as a test wants it. Sizes only.

import { HTTP_FULL, HTTP_QUICK, HTTP_SMALLEST, type HttpScale } from '../http/scale.ts';

type Shared = 'pools' | 'live' | 'buyers' | 'connections' | 'slices' | 'sliceMs' | 'yardstickMs';

export interface SaleScale extends Pick<HttpScale, Shared> {
  /** Attempts for each unit of the funnel's sale. */
  crowd: number;
  /** Slices of orders in a sale, each beside one of plain orders. */
  pairs: number;
  pairSliceMs: number;
}

/** A sale has 100 items at most, and is measured beside orders from as many pools. */
const POOLS = 100;

export const SALE_FULL: SaleScale = {
  ...HTTP_FULL,
  pools: POOLS,
  live: 100_000,
  crowd: 100,
  // Six of 4 s came to 0.66 or 0.87 within the hour: a machine that others use changes more than that in 8 s.
  pairs: 24,
  pairSliceMs: 1_000,
};

export const SALE_QUICK: SaleScale = {
  ...HTTP_QUICK,
  pools: POOLS,
  live: 10_000,
  crowd: 100,
  pairs: 4,
  pairSliceMs: 500,
};

export const SALE_SMALLEST: SaleScale = {
  ...HTTP_SMALLEST,
  // One unit: in a moment more might not be sold.
  crowd: 1_000_000,
  pairs: 1,
  pairSliceMs: HTTP_SMALLEST.sliceMs,
};

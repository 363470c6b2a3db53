// How large `bench flash-sale` is: as asked, quick, and as small as a test wants it. Sizes only.

import { HTTP_FULL, HTTP_QUICK, HTTP_SMALLEST, type HttpScale } from '../http/scale.ts';

type Shared = 'pools' | 'live' | 'buyers' | 'connections' | 'slices' | 'sliceMs' | 'yardstickMs';

export interface SaleScale extends Pick<HttpScale, Shared> {
  /** Attempts for each unit of the funnel's sale. */
  crowd: number;
}

/** A sale has 100 items at most, and is measured beside orders from as many pools. */
const POOLS = 100;

export const SALE_FULL: SaleScale = { ...HTTP_FULL, pools: POOLS, live: 100_000, crowd: 100 };
export const SALE_QUICK: SaleScale = { ...HTTP_QUICK, pools: POOLS, live: 10_000, crowd: 100 };
export const SALE_SMALLEST: SaleScale = { ...HTTP_SMALLEST, crowd: 10 };

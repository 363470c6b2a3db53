// How large `bench orders` is: as asked, quick, and as small as a test wants it. Sizes only.

import { HTTP_FULL, HTTP_QUICK, HTTP_SMALLEST, type HttpScale } from '../http/scale.ts';

type Shared = 'pools' | 'live' | 'buyers' | 'connections' | 'slices' | 'sliceMs';

export interface OrdersScale extends Pick<HttpScale, Shared> {
  /** Open orders of `orders.checkout.million`, on top of what is live in both stores. */
  open: number;
  /** The first slice, which is left out. */
  warmUpMs: number;
}

export const ORDERS_FULL: OrdersScale = { ...HTTP_FULL, open: 1_000_000, warmUpMs: 4_000 };

export const ORDERS_QUICK: OrdersScale = {
  ...HTTP_QUICK,
  live: 10_000,
  open: 20_000,
  warmUpMs: 600,
  sliceMs: 600,
};

export const ORDERS_SMALLEST: OrdersScale = { ...HTTP_SMALLEST, open: 500, warmUpMs: 100 };

// What a figure of sales is measured with. Types, and the words that the figures share.

import type { SaleShop } from './sale-shop.ts';
import type { SaleScale } from './scale.ts';

export interface SaleParts {
  scale: SaleScale;
  port: number;
  /** Of the bare route. */
  barePort: number;
  shop: SaleShop;
  say: (line: string) => void;
}

export const BARE_SALE_ROUTE =
  'a bare Fastify POST route: same body, same check, reply of the size of an order';

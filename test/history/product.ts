// The product's code that a history runs against: the one in src/, or a copy of it with a fault.

import { openEngine } from '../../src/engines/open.ts';
import { HoldfastError } from '../../src/errors.ts';
import { Stock } from '../../src/stock.ts';
import { verify } from '../../src/verify/verify.ts';

export interface Product {
  Stock: typeof Stock;
  openEngine: typeof openEngine;
  HoldfastError: typeof HoldfastError;
  verify: typeof verify;
}

export const PRODUCT: Product = { Stock, openEngine, HoldfastError, verify };

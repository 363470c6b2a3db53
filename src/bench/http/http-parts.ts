// What the benchmarks over HTTP work with: the product's server, the port of the bare route, the
// shop, and where progress is told.

import type { ProductServer } from './product-server.ts';
import type { HttpScale } from './scale.ts';
import type { Shop } from './shop.ts';

export interface HttpParts {
  scale: HttpScale;
  server: ProductServer;
  barePort: number;
  shop: Shop;
  say: (line: string) => void;
}

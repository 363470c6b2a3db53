// `flash-sale.checkout`: orders in a sale, under a limit for each buyer, beside plain orders of the same carts.

import type { Figure } from '../figure.ts';
import { type Compared, comparedFigure, rate } from '../http/compared-figure.ts';
import { type Measured, RequestLoad } from '../http/request-load.ts';
import { checkoutRequests } from '../orders/order-requests.ts';
import type { SaleParts } from './sale-parts.ts';
import { attemptRequests } from './sale-requests.ts';
import { SELLING } from './sale-shop.ts';

const NAME = 'flash-sale.checkout';

export async function checkoutFigure(parts: SaleParts): Promise<Figure> {
  const { scale, say } = parts;
  const pairs: Compared[] = [];
  // The first pair warms both up and is left out.
  for (let pair = 0; pair <= scale.pairs; pair += 1) {
    const found = await comparedPair(parts, pair % 2 === 0);
    if (pair === 0) continue;
    pairs.push(found);
    say(
      `${NAME}: pair ${pair}/${scale.pairs}: ${rate(found.own, 'accepted')} orders/s in the sale, ` +
        `${rate(found.beside, 'accepted')}/s without`,
    );
  }
  return comparedFigure(
    {
      name: NAME,
      unit: 'accepted orders/s',
      counts: 'accepted',
      yardstick: 'orders.checkout, POST /v1/orders of the same carts',
      connections: scale.connections,
      liveBefore: scale.live,
      asked: { ratioMin: 0.8 },
    },
    pairs,
  );
}

/** Which comes first changes: neither is always behind what the other left to be done. */
async function comparedPair(parts: SaleParts, saleFirst: boolean): Promise<Compared> {
  const inSale = () => measured(parts, attemptRequests(SELLING, parts.shop));
  const plain = () => measured(parts, checkoutRequests(parts.shop));
  if (saleFirst) return { own: await inSale(), beside: await plain() };
  const beside = await plain();
  return { own: await inSale(), beside };
}

/** What it made is gone after it. Its connections are new: the server ends those that wait meanwhile. */
async function measured({ scale, port, shop }: SaleParts, next: () => string): Promise<Measured> {
  const load = await RequestLoad.open(port, scale.connections);
  const found = await load.closed(next, scale.pairSliceMs);
  load.close();
  shop.took('orders', found.accepted);
  await shop.cancelOrders(found.ids);
  return found;
}

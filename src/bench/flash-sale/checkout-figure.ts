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
  const runs: Compared[] = [];
  // The first slice warms both up and is left out.
  for (let slice = 0; slice <= scale.slices; slice += 1) {
    const own = await measured(parts, attemptRequests(SELLING, parts.shop));
    const beside = await measured(parts, checkoutRequests(parts.shop));
    if (slice === 0) continue;
    runs.push({ own, beside });
    say(
      `${NAME}: slice ${slice}/${scale.slices}: ${rate(own, 'accepted')} orders/s in the sale, ` +
        `${rate(beside, 'accepted')}/s without`,
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
    runs,
  );
}

/** What it made is gone after it. Its connections are new: the server ends those that wait meanwhile. */
async function measured({ scale, port, shop }: SaleParts, next: () => string): Promise<Measured> {
  const load = await RequestLoad.open(port, scale.connections);
  const found = await load.closed(next, scale.sliceMs);
  load.close();
  shop.took('orders', found.accepted);
  await shop.cancelOrders(found.ids);
  return found;
}

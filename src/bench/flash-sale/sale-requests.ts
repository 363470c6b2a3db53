// The requests of a crowd at a sale, as text that is ready to be written. Sends nothing.

import {
  type DrawnFrom,
  postRequests,
  randomBuyer,
  randomPool,
  STAYS_FOR,
} from '../http/reserve-requests.ts';

/** One unit for a buyer drawn at random, from the sale's items. */
export function attemptRequests(sale: string, { pools, buyers }: DrawnFrom): () => string {
  return postRequests(`/v1/sales/${sale}/checkout`, () => {
    const line = `{"pool":"${randomPool(pools)}","quantity":1}`;
    return `{"lines":[${line}],"buyer":"${randomBuyer(buyers)}","holdFor":"${STAYS_FOR}"}`;
  });
}

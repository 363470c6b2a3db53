// The requests of a load of orders, as text that is ready to be written. Sends nothing.

import { randomUUID } from 'node:crypto';
import {
  type DrawnFrom,
  postRequests,
  randomBuyer,
  randomPool,
  STAYS_FOR,
} from '../http/reserve-requests.ts';

/** Prices have one number of digits, as all bodies have one length. */
const PRICE_MIN = 1_000;
const PRICE_MAX = 9_999;

/** `POST /v1/orders` with the cart of `reserveRequests`, and a price on its line. */
export function checkoutRequests({ pools, buyers }: DrawnFrom): () => string {
  return postRequests('/v1/orders', () => {
    const price = PRICE_MIN + Math.floor(Math.random() * (PRICE_MAX - PRICE_MIN + 1));
    const line = `{"pool":"${randomPool(pools)}","quantity":1,"unitPrice":${price}}`;
    const order = `"buyer":"${randomBuyer(buyers)}","currency":"EUR","holdFor":"${STAYS_FOR}"`;
    return `{"lines":[${line}],${order}}`;
  });
}

export function cancelRequest(order: string): string {
  return (
    `POST /v1/orders/${order}/cancel HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n` +
    `Idempotency-Key: ${randomUUID()}\r\n\r\n`
  );
}

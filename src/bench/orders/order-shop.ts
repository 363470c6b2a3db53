// The shop of a benchmark with orders in it: places them, cancels what a measurement made, and keeps
// count of both. The units of an order count as a reservation, as they do in the store.

import { RequestLoad } from '../http/request-load.ts';
import { Shop } from '../http/shop.ts';
import type { OrderCount } from './order-conservation.ts';
import { cancelRequest, checkoutRequests } from './order-requests.ts';

const CONNECTIONS = 64;

export class OrderShop extends Shop implements OrderCount {
  placed = 0;
  ended = 0;

  /** Tells what a measurement got. */
  took(kind: 'reservations' | 'orders', accepted: number): void {
    this.accepted += accepted;
    if (kind === 'orders') this.placed += accepted;
  }

  /** Makes orders that stay open. */
  async place(count: number): Promise<void> {
    const request = checkoutRequests(this);
    let left = count;
    await this.#send(() => {
      left -= 1;
      return left < 0 ? undefined : request();
    }, 202);
    this.took('orders', count);
    await this.tablesCaughtUp();
  }

  /** Cancels what a measurement made, so that the next begins with the same store. */
  async cancelOrders(ids: readonly string[]): Promise<void> {
    const left = [...ids];
    await this.#send(() => {
      const id = left.pop();
      return id === undefined ? undefined : cancelRequest(id);
    }, 200);
    this.cancelled += ids.length;
    this.ended += ids.length;
    await this.tablesCaughtUp();
  }

  /** On connections of its own: one that asked for anything but a direct route stays the framework's. */
  async #send(next: () => string | undefined, wanted: number): Promise<void> {
    const load = await RequestLoad.open(Number(new URL(this.url).port), CONNECTIONS);
    try {
      await load.each(next, wanted);
    } finally {
      load.close();
    }
  }
}

// A store with its server and its shop, loaded for `bench orders`. Stopped before its journal is read.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { balancesAddUp, countJournal, journalAgrees } from '../http/conservation.ts';
import { type ProductServer, startProduct } from '../http/product-server.ts';
import { type Measured, RequestLoad } from '../http/request-load.ts';
import { reserveRequests } from '../http/reserve-requests.ts';
import { ordersAgree } from './order-conservation.ts';
import { checkoutRequests } from './order-requests.ts';
import { OrderShop } from './order-shop.ts';
import type { OrdersScale } from './scale.ts';

export interface OpenOrderStore {
  name: string;
  /** The folder that it makes its own in. */
  directory: string;
  /** The program `holdfast`. */
  program: string;
  scale: OrdersScale;
}

export class OrderStore {
  readonly name: string;
  readonly #server: ProductServer;
  readonly #shop: OrderShop;
  readonly #connections: number;
  #addsUp = true;

  private constructor(name: string, server: ProductServer, shop: OrderShop, connections: number) {
    this.name = name;
    this.#server = server;
    this.#shop = shop;
    this.#connections = connections;
  }

  static async open({ name, directory, program, scale }: OpenOrderStore): Promise<OrderStore> {
    const own = join(directory, name);
    mkdirSync(own);
    const server = await startProduct({ program, directory: own });
    const shop = new OrderShop({ url: server.url, pools: scale.pools, buyers: scale.buyers });
    await shop.open();
    return new OrderStore(name, server, shop, scale.connections);
  }

  /** Live reservations, and open orders on top of them. */
  async fill({ live, open }: { live: number; open: number }): Promise<void> {
    await this.#shop.fill(live);
    await this.#shop.place(open);
  }

  /**
   * A slice of orders or of reservations; what it made is gone after it. Its connections are new: the
   * server ends those that wait while the other store is filled.
   */
  async measure(kind: 'reservations' | 'orders', forMs: number): Promise<Measured> {
    const shop = this.#shop;
    const requests = kind === 'orders' ? checkoutRequests(shop) : reserveRequests(shop);
    const load = await RequestLoad.open(this.#server.port, this.#connections);
    const measured = await load.closed(requests, forMs);
    load.close();
    shop.took(kind, measured.accepted);
    this.#addsUp &&= await balancesAddUp(shop);
    if (kind === 'orders') await shop.cancelOrders(measured.ids);
    else await shop.cancel(measured.ids);
    return measured;
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  /** Whether orders, units and the journal agree. To be asked once it has stopped. */
  isConserved(): boolean {
    const { path } = this.#server;
    const agrees = this.#addsUp && journalAgrees(countJournal(path), this.#shop);
    return agrees && ordersAgree(path, this.#shop);
  }
}

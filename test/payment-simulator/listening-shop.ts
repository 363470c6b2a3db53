// The shop's end of callbacks: takes them, keeps what each said, believes what is proven. It can turn
// each away at first, so that it has to come again.

import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import {
  type CallbackHeaders,
  mergeTruth,
  type PaymentProvider,
  type PaymentTruth,
} from '../../src/orders/payments/provider.ts';

export interface Heard {
  raw: Buffer;
  headers: IncomingHttpHeaders;
}

export class ListeningShop {
  readonly heard: Heard[] = [];
  /** Callbacks that were not proven. */
  refused = 0;
  /** Of those proven, in the order in which they came. */
  readonly ids: string[] = [];
  readonly truths = new Map<string, PaymentTruth>();
  /** Says 500 to the first of each. */
  turnsAway = false;
  /** Says 503 to all. */
  isShut = false;
  provider: Pick<PaymentProvider, 'verifyCallback'> | undefined;
  readonly #server: Server;
  readonly #seen = new Set<string>();

  private constructor() {
    this.#server = createServer(async (request, reply) => {
      const raw = await buffer(request);
      reply.statusCode = this.#take({ raw, headers: request.headers });
      reply.end();
    });
  }

  static async open(): Promise<ListeningShop> {
    const shop = new ListeningShop();
    await once(shop.#server.listen(0, '127.0.0.1'), 'listening');
    return shop;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/callbacks`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #take({ raw, headers }: Heard): number {
    if (this.isShut) return 503;
    this.heard.push({ raw, headers });
    const said = this.provider?.verifyCallback(raw, headers as CallbackHeaders, Date.now());
    if (said === undefined) {
      this.refused += 1;
      return 401;
    }
    if (this.turnsAway && !this.#seen.has(said.id)) {
      this.#seen.add(said.id);
      return 500;
    }
    this.ids.push(said.id);
    const before = this.truths.get(said.payment);
    this.truths.set(said.payment, before ? mergeTruth(before, said.truth) : said.truth);
    return 200;
  }
}

// A shop with a sale behind a real nginx, and what reaches its server: every request with its headers. Requests of a
// test come from the address that it names.

import { MemoryEngine } from '../../src/engines/memory.ts';
import { type Reply, ServedShop } from '../http/served-shop.ts';
import { ADDRESS_HEADER, type Changes, Nginx } from '../support/nginx.ts';
import { NotingRelay, type Reached } from './noting-relay.ts';

export class FrontedShop {
  readonly shop: ServedShop;
  readonly nginx: Nginx;
  readonly #relay: NotingRelay;

  private constructor(parts: { shop: ServedShop; nginx: Nginx; relay: NotingRelay }) {
    this.shop = parts.shop;
    this.nginx = parts.nginx;
    this.#relay = parts.relay;
  }

  /** `spring` sells 100 of 1,000 kettles, to each buyer 5. */
  static async open(changes: Changes = {}): Promise<FrontedShop> {
    const shop = await ServedShop.open({}, async () => new MemoryEngine());
    await shop.fill('kettle', 1_000);
    const items = [{ from: 'kettle', quantity: 100 }];
    const limits = [{ per: 'buyer', quantityMax: 5 }];
    await shop.post('/v1/sales', { sale: 'spring', items, limits });
    for (const verb of ['arm', 'open']) await shop.post(`/v1/sales/spring/${verb}`);
    const relay = await NotingRelay.open(shop.url);
    try {
      return new FrontedShop({ shop, relay, nginx: await Nginx.start(relay.url, changes) });
    } catch (error) {
      await relay.close();
      await shop.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.nginx.remove();
    await this.#relay.close();
    await this.shop.close();
  }

  /** What came to the server. */
  get reached(): Reached[] {
    return this.#relay.reached;
  }

  /** Through nginx. */
  fetch(path: string, { from = '192.0.2.1', headers = {}, ...init }: Asked = {}) {
    const sent = { ...headers, [ADDRESS_HEADER]: from };
    return fetch(this.nginx.url + path, { ...init, headers: sent });
  }

  async ask(method: string, path: string, body?: object, asked: Asked = {}): Promise<Reply> {
    const { headers = {}, ...more } = asked;
    const json = body === undefined ? {} : { 'Content-Type': 'application/json' };
    const init: Asked = { ...more, method, headers: { ...json, ...headers } };
    if (body !== undefined) init.body = JSON.stringify(body);
    const response = await this.fetch(path, init);
    const text = await response.text();
    const isJson = response.headers.get('Content-Type')?.includes('json') === true;
    return {
      status: response.status,
      headers: response.headers,
      body: isJson && text !== '' ? JSON.parse(text) : text,
    };
  }

  buy(buyer: string, asked: Asked = {}): Promise<Reply> {
    const lines = [{ pool: 'kettle', quantity: 1 }];
    return this.ask('POST', '/v1/sales/spring/checkout', { buyer, lines }, asked);
  }
}

export interface Asked {
  method?: string;
  body?: string;
  headers?: Record<string, string>;
  from?: string;
}

/** The nth of many addresses of strangers. */
export function address(n: number): string {
  return `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;
}

// A served shop with sales that have waiting rooms: buyers join, watch and buy by their names. Expects nothing but
// that a sale can be set up.

import assert from 'node:assert/strict';
import type { Admission } from '../../src/admission/admission.ts';
import { startServer } from '../../src/http/server.ts';
import { EventReader } from './event-reader.ts';
import { type Reply, ServedShop } from './served-shop.ts';

export const SECRET = 'one secret for all servers of a shop';

export class RoomShop {
  readonly shop: ServedShop;
  /** Whom buyers ask; another server after a restart. */
  url: string;
  readonly #readers: EventReader[] = [];

  private constructor(shop: ServedShop) {
    this.shop = shop;
    this.url = shop.url;
  }

  static async open(admission: Admission = { secret: SECRET }): Promise<RoomShop> {
    const shop = await ServedShop.open({ admission });
    await shop.fill('kettle', 1_000);
    return new RoomShop(shop);
  }

  async close(): Promise<void> {
    for (const reader of this.#readers) reader.cut();
    await this.shop.close();
  }

  /** Another server over the same stock, until the test is over. */
  async another(admission: Admission = { secret: SECRET }) {
    return startServer({ stock: this.shop.stock, port: 0, admission });
  }

  async arm(sale: string, quantity: number, more: object = {}): Promise<void> {
    const items = [{ from: 'kettle', quantity }];
    const drafted = await this.shop.post('/v1/sales', {
      ...{ sale, items, room: { multiple: 1 } },
      ...more,
    });
    assert.equal(drafted.status, 201, JSON.stringify(drafted.body));
    assert.equal((await this.shop.post(`/v1/sales/${sale}/arm`)).status, 200);
  }

  async begin(sale: string, quantity: number, more: object = {}): Promise<void> {
    await this.arm(sale, quantity, more);
    await this.openNow(sale);
  }

  async openNow(sale: string): Promise<void> {
    assert.equal((await this.shop.post(`/v1/sales/${sale}/open`)).status, 200);
  }

  join(sale: string, buyer: string): Promise<Reply> {
    return this.post(`/v1/sales/${sale}/places`, { buyer });
  }

  show(sale: string, place: string): Promise<Reply> {
    return this.post(`/v1/sales/${sale}/places/heartbeat`, { place });
  }

  leave(sale: string, place: string): Promise<Reply> {
    return this.post(`/v1/sales/${sale}/places/leave`, { place });
  }

  buy(sale: string, buyer: string, pass?: string, { key = '', quantity = 1 } = {}) {
    const body = { buyer, lines: [{ pool: 'kettle', quantity }], ...(pass && { pass }) };
    const headers = key === '' ? {} : { 'idempotency-key': key };
    return this.post(`/v1/sales/${sale}/checkout`, body, headers);
  }

  async watch(sale: string, place: string): Promise<EventReader> {
    const reader = await EventReader.open(
      `${this.url}/v1/sales/${sale}/places/events?place=${place}`,
    );
    this.#readers.push(reader);
    return reader;
  }

  /** As the shop's own caller does, but to whichever server it is. */
  async post(path: string, body: object, headers: Record<string, string> = {}): Promise<Reply> {
    if (this.url === this.shop.url) return this.shop.post(path, body, headers);
    const response = await fetch(this.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    return {
      ...{ status: response.status, headers: response.headers },
      body: text === '' ? '' : JSON.parse(text),
    };
  }
}

// A shop behind a real socket: a stock with a time that the test moves, a server over it on a free
// port of this machine, and a caller that holds every JSON reply against the OpenAPI document.

import assert from 'node:assert/strict';
import { ManualTime } from '../../src/engines/conformance/manual-time.ts';
import type { Engine } from '../../src/engines/contract.ts';
import { MemoryEngine } from '../../src/engines/memory.ts';
import { type RunningServer, type ServerOptions, startServer } from '../../src/http/server.ts';
import { Stock } from '../../src/stock.ts';
import { DocumentedReplies } from './documented-replies.ts';

export interface Reply {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into replies of every shape.
  body: any;
}

export class ServedShop {
  readonly stock: Stock;
  readonly server: RunningServer;
  readonly time: ManualTime;
  readonly #documented: DocumentedReplies;

  private constructor(
    parts: { stock: Stock; server: RunningServer; time: ManualTime },
    doc: object,
  ) {
    this.stock = parts.stock;
    this.server = parts.server;
    this.time = parts.time;
    this.#documented = new DocumentedReplies(doc);
  }

  /** Over a memory engine whose time the test moves, unless it brings an engine of its own. */
  static async open(
    options: Partial<ServerOptions> = {},
    openEngine: (time: ManualTime) => Promise<Engine> = async (time) => new MemoryEngine({ time }),
  ): Promise<ServedShop> {
    const time = new ManualTime();
    const engine = await openEngine(time);
    const stock = await Stock.open(engine, { sweep: false });
    const server = await startServer({ stock, port: 0, ...options });
    const document = await (await fetch(`${server.url}/openapi.json`)).json();
    return new ServedShop({ stock, server, time }, document as object);
  }

  get url(): string {
    return this.server.url;
  }

  async close(): Promise<void> {
    await this.server.close();
    await this.stock.close();
  }

  /** Sends a request; `body` is sent as JSON. */
  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Reply> {
    const sent: RequestInit = { method, headers };
    if (body !== undefined) {
      sent.body = JSON.stringify(body);
      sent.headers = { 'content-type': 'application/json', ...headers };
    }
    const response = await fetch(this.url + path, sent);
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json') === true;
    const reply = { status: response.status, headers: response.headers, body: text as unknown };
    if (json && text !== '') {
      reply.body = JSON.parse(text);
      this.#documented.check({ method, path, status: reply.status, body: reply.body });
    }
    return reply;
  }

  get(path: string): Promise<Reply> {
    return this.call('GET', path);
  }

  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply> {
    return this.call('POST', path, body, headers);
  }

  put(path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply> {
    return this.call('PUT', path, body, headers);
  }

  /** Opens a pool with so many units. */
  async fill(pool: string, quantity: number): Promise<void> {
    const created = await this.put(`/v1/pools/${pool}`, {});
    assert.equal(created.status, 201);
    if (quantity === 0) return;
    const received = await this.post(`/v1/pools/${pool}/receive`, { quantity });
    assert.equal(received.status, 200);
  }

  /** Holds units of one pool; the reservation as it was answered. */
  async hold(pool: string, quantity: number, more: object = {}): Promise<Reply['body']> {
    const held = await this.post('/v1/reservations', { lines: [{ pool, quantity }], ...more });
    assert.equal(held.status, 201);
    return held.body;
  }

  /** Available, held and sold units of a pool. */
  async balances(pool: string): Promise<[available: number, held: number, sold: number]> {
    const { available, held, sold } = (await this.get(`/v1/pools/${pool}`)).body;
    return [available, held, sold];
  }
}

/** Expects a problem with this code and its status; returns its members. */
export function problemOf(reply: Reply, status: number, code: string): Reply['body'] {
  assert.equal(reply.body.code, code, JSON.stringify(reply.body));
  assert.equal(reply.status, status);
  assert.equal(reply.body.status, status);
  assert.equal(reply.body.type, `/errors/${code}`);
  assert.match(reply.headers.get('content-type') ?? '', /^application\/problem\+json/);
  return reply.body;
}

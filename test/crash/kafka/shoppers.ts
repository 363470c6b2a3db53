// Many shoppers at once over HTTP, through whichever server is there: orders over several products, paid or
// cancelled, reservations, deliveries of stock. Counts what was accepted and notes every answer that must
// not be; where there is no answer it goes on with something else.

import { setTimeout as delay } from 'node:timers/promises';
import { HttpClient, type Reply } from '../http-client.ts';
import type { Random } from '../random.ts';

/** Two pools of each product. */
export const POOLS: readonly { pool: string; product: string }[] = ['tea', 'cup', 'pot'].flatMap(
  (product) => ['shop', 'store'].map((place) => ({ pool: `${product}:${place}`, product })),
);
const SHOPPERS = 12;
const NOBODY_THERE_MS = 50;

type Body = Record<string, unknown>;

export class Shoppers {
  readonly wrong: string[] = [];
  accepted = 0;
  readonly #ports: () => number[];
  readonly #random: Random;
  readonly #clients = new Map<number, HttpClient>();
  #stopped = true;
  #running: Promise<void>[] = [];

  constructor(ports: () => number[], random: Random) {
    this.#ports = ports;
    this.#random = random;
  }

  /** Opens the pools, with stock. */
  async openShop(): Promise<void> {
    for (const { pool, product } of POOLS) {
      await this.#must('PUT', `/v1/pools/${pool}`, { product });
      await this.#must('POST', `/v1/pools/${pool}/receive`, { quantity: 1_000_000 });
    }
  }

  start(): void {
    this.#stopped = false;
    this.#running = Array.from({ length: SHOPPERS }, () => this.#shop(this.#random.branch()));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#running);
  }

  close(): void {
    for (const client of this.#clients.values()) client.close();
  }

  /** Asks one of the servers that are there. */
  async get(path: string): Promise<Body> {
    return (await this.#must('GET', path)).body;
  }

  async #shop(random: Random): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#deed(random);
      } catch {
        // Its server has gone: what became of it is in the journal.
        await delay(NOBODY_THERE_MS);
      }
    }
  }

  async #deed(random: Random): Promise<void> {
    const { pool } = random.pick(POOLS);
    const kind = random.fraction();
    if (kind < 0.1) await this.#ask(random, `/v1/pools/${pool}/receive`, { quantity: 3 });
    else if (kind < 0.2) {
      const [product] = pool.split(':');
      const way = { from: `${product}:shop`, to: `${product}:store`, quantity: 1 };
      await this.#ask(random, '/v1/transfers', way);
    } else if (kind < 0.5) await this.#reserve(random);
    else await this.#order(random);
  }

  async #reserve(random: Random): Promise<void> {
    const made = await this.#ask(random, '/v1/reservations', { lines: this.#cart(random) });
    const verb = random.chance(0.5) ? 'confirm' : 'cancel';
    await this.#ask(random, `/v1/reservations/${made.body.id}/${verb}`, {});
  }

  async #order(random: Random): Promise<void> {
    const asked = { lines: this.#cart(random), buyer: `buyer${random.whole(1, 50)}` };
    const made = await this.#ask(random, '/v1/orders', asked);
    if (random.chance(0.2)) return;
    const verb = random.chance(0.5) ? 'paid' : 'cancel';
    await this.#ask(random, `/v1/orders/${made.body.orderId}/${verb}`, {});
  }

  #cart(random: Random) {
    const pools = random.sample(POOLS, random.whole(1, 3));
    return pools.map(({ pool }) => ({ pool, quantity: random.whole(1, 2) }));
  }

  async #ask(random: Random, path: string, body: Body): Promise<Reply> {
    const ports = this.#ports();
    if (ports.length === 0) throw new Error('no server is there');
    const client = this.#client(random.pick(ports));
    const reply = await client.exchange({ method: 'POST', path, body });
    if (reply.status < 300) this.accepted += 1;
    else if (reply.status !== 503) {
      this.wrong.push(`POST ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
    }
    if (reply.status >= 300) throw new Error('refused');
    return reply;
  }

  async #must(method: 'GET' | 'PUT' | 'POST', path: string, body?: Body): Promise<Reply> {
    const client = this.#client(this.#ports()[0]!);
    const reply = await client.exchange({ method, path, ...(body === undefined ? {} : { body }) });
    if (reply.status < 300) return reply;
    throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
  }

  #client(port: number): HttpClient {
    const known = this.#clients.get(port) ?? new HttpClient(port);
    this.#clients.set(port, known);
    return known;
  }
}

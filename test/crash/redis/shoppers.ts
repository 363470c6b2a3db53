// Many shoppers at once over HTTP, through all servers: they hold, hold again under the same key, extend, confirm
// and cancel. What they were told goes into their stories; where there is no answer it stays open. Judges only that
// every refusal is one.

import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { HttpClient, Reply } from '../http-client.ts';
import type { Random } from '../random.ts';
import type { Cart, Stories } from './stories.ts';

export const POOLS = ['tea', 'cup', 'north:pot'] as const;
export const UNITS = 100_000;
/** One of few units: shoppers fight for it. */
export const SCARCE = 'last';
export const SCARCE_UNITS = 40;

const SHOPPERS = 9;
const NO_ANSWER_MS = 150;

export class Shoppers {
  readonly #stories: Stories;
  readonly #clients: () => HttpClient[];
  readonly #random: Random;
  #stopped = true;
  #running: Promise<void>[] = [];
  accepted = 0;
  refused = 0;
  unknown = 0;

  constructor(stories: Stories, clients: () => HttpClient[], random: Random) {
    this.#stories = stories;
    this.#clients = clients;
    this.#random = random;
  }

  start(): void {
    this.#stopped = false;
    this.#running = Array.from({ length: SHOPPERS }, () => this.#shop(this.#random.branch()));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#running);
  }

  async #shop(random: Random): Promise<void> {
    while (!this.#stopped) {
      const cart = await this.#reserve(random);
      if (cart === undefined || this.#stopped) continue;
      if (random.chance(0.2)) await this.#verb(random, cart, 'extend', { holdFor: '3h' });
      if (cart.state !== 'held' || random.chance(0.1)) continue;
      await this.#verb(random, cart, random.chance(0.65) ? 'confirm' : 'cancel', {});
    }
  }

  async #reserve(random: Random): Promise<Cart | undefined> {
    const pool = random.chance(0.15) ? SCARCE : random.pick(POOLS);
    const line = { pool, quantity: random.whole(1, 3) };
    const key = randomUUID();
    const body = { lines: [line], holdFor: '2h', buyer: `b${random.whole(1, 100)}` };
    let cart: Cart | undefined;
    const learn = (reply: Reply) => {
      if (reply.status >= 300) return;
      const id = String(reply.body.id);
      // Another one under the same key: the first was lost, and nobody will come for it.
      if (cart !== undefined && cart.id !== id) this.#stories.gone(cart);
      if (cart?.id === id) return;
      cart = { id, line, state: 'held' };
      this.#stories.carts.set(id, cart);
    };
    const asked = { path: '/v1/reservations', key, body, learn };
    await this.#send(random, asked);
    if (random.chance(0.1)) await this.#send(random, asked);
    return cart;
  }

  async #verb(random: Random, cart: Cart, verb: string, body: object): Promise<void> {
    const key = randomUUID();
    const path = `/v1/reservations/${cart.id}/${verb}`;
    const learn = (reply: Reply) => {
      if (reply.status === 404) this.#stories.gone(cart);
      // Asked again later it may come after the end of the cart.
      else if (verb === 'extend') return;
      else if (reply.status >= 300) {
        this.#stories.wrong.push(`${verb} of a ${cart.state} cart: ${JSON.stringify(reply)}`);
      } else if (verb === 'confirm') {
        cart.state = 'confirmed';
        cart.confirmed = { key, body: reply.body };
        this.#stories.counts.confirmed += 1;
      } else if (verb === 'cancel') cart.state = 'cancelled';
    };
    await this.#send(random, { path, key, body, learn });
  }

  async #send(
    random: Random,
    asked: { path: string; key: string; body: object; learn(reply: Reply): void },
  ): Promise<void> {
    const { path, key, body, learn } = asked;
    try {
      const client = random.pick(this.#clients());
      const reply = await client.exchange({ method: 'POST', path, key, body });
      if (reply.status === 503 && reply.retryAfterS! > 0) throw new Error('not at present');
      if (reply.status >= 500) this.#stories.wrong.push(`${path}: ${JSON.stringify(reply)}`);
      this.#stories.open.delete(key);
      if (reply.status < 300) this.accepted += 1;
      else this.refused += 1;
      learn(reply);
    } catch {
      this.unknown += 1;
      this.#stories.open.set(key, asked);
      await delay(NO_ANSWER_MS);
    }
  }
}

// A crowd that orders over HTTP through whichever server is there: each buyer asks for one unit, with a key
// of its own, until it has an answer. Counts, and judges nothing.

import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '../random.ts';

export interface Asked {
  order: string;
  product: string;
  /** Requests until there was an answer. */
  tries: number;
}

const AGAIN_AFTER_MS = 100;
const ANSWER_MAX_MS = 15_000;
const GIVE_UP_MS = 120_000;

export class QueueCrowd {
  readonly asked: Asked[] = [];
  readonly wrong: string[] = [];
  readonly #ports: () => number[];
  readonly #random: Random;
  readonly #answered = new EventEmitter();

  constructor(ports: () => number[], random: Random) {
    this.#ports = ports;
    this.#random = random;
  }

  /** Until so many have their answer. */
  async served(count: number, signal: AbortSignal): Promise<void> {
    while (this.asked.length < count) await once(this.#answered, 'one', { signal });
  }

  /** So many buyers, one after the other on each of some lanes; resolves when each has its answer. */
  async order(products: readonly string[], { buyers, lanes }: { buyers: number; lanes: number }) {
    let left = buyers;
    const lane = async () => {
      while (left > 0) {
        left -= 1;
        await this.#buy(this.#random.pick(products));
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  }

  async #buy(product: string): Promise<void> {
    const key = randomUUID();
    const body = JSON.stringify({ lines: [{ pool: product, quantity: 1 }] });
    const untilMs = performance.now() + GIVE_UP_MS;
    for (let tries = 1; performance.now() < untilMs; tries += 1) {
      const reply = await this.#post(body, key);
      if (reply?.status === 202) {
        const { orderId, status, turnOf } = reply.body;
        if (status !== 'PENDING' || turnOf !== product) this.wrong.push(JSON.stringify(reply.body));
        this.asked.push({ order: String(orderId), product, tries });
        this.#answered.emit('one');
        return;
      }
      if (reply !== undefined && reply.status !== 503 && reply.status !== 409) {
        this.wrong.push(`${reply.status}: ${JSON.stringify(reply.body)}`);
        return;
      }
      await delay(AGAIN_AFTER_MS);
    }
    this.wrong.push('a buyer got no answer');
  }

  async #post(body: string, key: string) {
    const ports = this.#ports();
    if (ports.length === 0) return undefined;
    try {
      const response = await fetch(`http://127.0.0.1:${this.#random.pick(ports)}/v1/orders`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
        body,
        signal: AbortSignal.timeout(ANSWER_MAX_MS),
      });
      const text = await response.text();
      return { status: response.status, body: JSON.parse(text) as Record<string, unknown> };
    } catch {
      return undefined;
    }
  }
}

// A flood of those who have nothing to show: no pass, no solution, each under another name and from another address, so
// many a second however slow the answers are. Nobody of them gets in; the question is what they take from the others.

import { randomUUID } from 'node:crypto';
import { RequestLoad } from '../../src/bench/http/request-load.ts';
import { loopbackPorts } from '../sale/loopback.ts';
import { HOME, SALE } from './visitor.ts';

export interface Flooded {
  /** Answered, or left without an answer. */
  tried: number;
  orders: number;
  /** 409, 429. */
  refused: number;
  /** Neither order nor refusal: turned away under load, cut, anything else. */
  others: number;
}

const CONNECTIONS_EACH = 20;

export class Flood {
  readonly #loads: readonly RequestLoad[];
  readonly #steady: readonly ReturnType<RequestLoad['steady']>[];

  private constructor(loads: readonly RequestLoad[], perSecond: number) {
    let count = 0;
    const next = () => {
      count += 1;
      return attempt(count);
    };
    this.#loads = loads;
    this.#steady = loads.map((load) => load.steady(next, perSecond / loads.length));
  }

  static async start(urls: readonly string[], perSecond: number): Promise<Flood> {
    const ports = loopbackPorts(urls);
    const loads = await Promise.all(ports.map((port) => RequestLoad.open(port, CONNECTIONS_EACH)));
    return new Flood(loads, perSecond);
  }

  async stop(): Promise<Flooded> {
    const measured = await Promise.all(this.#steady.map((steady) => steady.stop()));
    for (const load of this.#loads) load.close();
    const sum = (count: (each: (typeof measured)[number]) => number) =>
      measured.reduce((all, each) => all + count(each), 0);
    const orders = sum(({ accepted }) => accepted);
    const refused = sum((each) => each.refused);
    const others = sum(({ shed, failed }) => shed + failed);
    return { tried: orders + refused + others, orders, refused, others };
  }
}

function attempt(count: number): string {
  const lines = [{ pool: HOME, quantity: 1 }];
  const body = JSON.stringify({ buyer: `nobody-${count}`, lines });
  const address = `10.${8 + (count >> 16)}.${(count >> 8) & 255}.${count & 255}`;
  return (
    `POST /v1/sales/${SALE}/checkout HTTP/1.1\r\nHost: 127.0.0.1\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n` +
    `X-Forwarded-For: ${address}\r\nIdempotency-Key: ${randomUUID()}\r\n\r\n${body}`
  );
}

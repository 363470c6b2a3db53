// Pays for orders of a crowd a while after they were made, over connections of its own, again until it is known what
// came of it. Counts; judges nothing.

import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Connection } from '../../src/bench/http/connection.ts';

/** Where a payment must be recorded before it is answered, it takes a while: many at once. */
const CONNECTIONS_EACH = 64;
const TRIES_MAX = 200;
const PAUSE_MS = 50;

export interface Payment {
  order: string;
  /** Which server took the order. */
  port: number;
  afterMs: number;
}

export class Payments {
  paid = 0;
  /** Refused: its time was over. */
  late = 0;
  /** Nobody knows, after many tries. */
  unknown = 0;
  readonly #idle = new Map<number, Connection[]>();
  readonly #waiting = new Map<number, ((connection: Connection) => void)[]>();
  readonly #open = new Set<Promise<void>>();

  static async open(ports: readonly number[]): Promise<Payments> {
    const payments = new Payments();
    for (const port of ports) {
      const idle: Connection[] = [];
      for (let index = 0; index < CONNECTIONS_EACH; index += 1) {
        idle.push(await Connection.open(port));
      }
      payments.#idle.set(port, idle);
      payments.#waiting.set(port, []);
    }
    return payments;
  }

  /** Says whether it was paid in time. */
  pay(payment: Payment, onDone: (isPaid: boolean) => void): void {
    const paying = this.#pay(payment).then(onDone);
    this.#open.add(paying);
    paying.finally(() => this.#open.delete(paying));
  }

  /** Until all is known. */
  async end(): Promise<void> {
    while (this.#open.size > 0) await Promise.all(this.#open);
    for (const idle of this.#idle.values()) for (const each of idle) each.close();
  }

  async #pay({ order, port, afterMs }: Payment): Promise<boolean> {
    const request =
      `POST /v1/orders/${order}/paid HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n` +
      `Idempotency-Key: ${randomUUID()}\r\n\r\n`;
    await wait(afterMs);
    for (let triesLeft = TRIES_MAX; triesLeft > 0; triesLeft -= 1) {
      const status = await this.#ask(port, request);
      if (status === 200) {
        this.paid += 1;
        return true;
      }
      if (status >= 400 && status < 500) {
        this.late += 1;
        return false;
      }
      await wait(PAUSE_MS);
    }
    this.unknown += 1;
    return false;
  }

  async #ask(port: number, request: string): Promise<number> {
    const idle = this.#idle.get(port)!;
    const waiting = this.#waiting.get(port)!;
    const connection =
      idle.pop() ?? (await new Promise<Connection>((resolve) => waiting.push(resolve)));
    const status = await new Promise<number>((resolve) => connection.send(request, resolve));
    const whole = status === 0 ? await Connection.open(port).catch(() => connection) : connection;
    const next = waiting.shift();
    if (next === undefined) idle.push(whole);
    else next(whole);
    return status;
  }
}

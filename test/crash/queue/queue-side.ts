// A shop of several servers on one PostgreSQL database whose orders wait in one carrier. Does to servers and
// carrier what a round says while a crowd orders, and holds what became of it against the carrier's order.

import { setTimeout as delay } from 'node:timers/promises';
import type { Carrier, CarrierKind, CarrierServer, Stamp } from '../../support/carriers.ts';
import { freshName } from '../../support/kafka.ts';
import type { Random } from '../random.ts';
import { SERVE, ServerProcess } from '../server-process.ts';
import { QueueCrowd } from './queue-crowd.ts';
import { judgeQueue } from './queue-judge.ts';
import { type QueueRound, SERVERS } from './queue-plan.ts';

const READY_MAX_MS = 90_000;
const CALM_MAX_MS = 180_000;
const LOOK_EVERY_MS = 50;
const PAGE = 1_000;
const BUYERS = 120;
const LANES = 12;
const PROGRAM = [...SERVE, '--shed-after-ms', '60000'];

interface TakenEvent {
  type: string;
  subject: string;
  data?: { pool?: string };
}

export interface SideParts {
  engine: string;
  /** Missing: the journal. */
  kind: CarrierKind | undefined;
  random: Random;
}

export class QueueSide {
  readonly #parts: SideParts;
  readonly #servers: (ServerProcess | undefined)[] = Array(SERVERS).fill(undefined);
  readonly #events: TakenEvent[] = [];
  #position = 0;
  #broker: CarrierServer | undefined;
  #carrier: Carrier | undefined;
  asked = 0;
  /** Orders that were asked for more than once. */
  repeated = 0;
  slowestCalmMs = 0;

  private constructor(parts: SideParts) {
    this.#parts = parts;
  }

  static async open(parts: SideParts): Promise<QueueSide> {
    const side = new QueueSide(parts);
    side.#broker = await parts.kind?.start();
    side.#carrier = await parts.kind?.fresh(side.#broker!.address);
    for (const index of side.#servers.keys()) await side.#startServer(index);
    await side.#put('/v1/order-policies/default', { decides: 'queue' });
    return side;
  }

  get stderr(): string {
    const words = this.#servers.map((server) => server?.stderr ?? '');
    return [...words, this.#broker?.log() ?? ''].filter((text) => text !== '').join('\n');
  }

  async close(): Promise<void> {
    for (const server of this.#servers) if (server?.running) await server.kill();
    await this.#carrier?.close();
    await this.#broker?.remove();
  }

  /** What is wrong after it. */
  async round(plan: QueueRound): Promise<string[]> {
    const units = await this.#stock(plan.units);
    const crowd = new QueueCrowd(() => this.#ports(), this.#parts.random.branch());
    const ordering = crowd.order([...units.keys()], { buyers: BUYERS, lanes: LANES });
    await this.#underWay(crowd, plan.afterMs);
    await this.#fault(plan);
    await ordering;
    const startMs = performance.now();
    await this.#calm(crowd, performance.now() + CALM_MAX_MS);
    this.slowestCalmMs = Math.max(this.slowestCalmMs, Math.round(performance.now() - startMs));
    this.asked += crowd.asked.length;
    this.repeated += crowd.asked.filter(({ tries }) => tries > 1).length;
    const stamps = await this.#stamps(crowd);
    const judged = judgeQueue({ asked: crowd.asked, stamps, events: this.#events, units });
    return [...crowd.wrong, ...judged];
  }

  /** On a quick machine most would have been served after that time. */
  async #underWay(crowd: QueueCrowd, afterMs: number): Promise<void> {
    const ends = new AbortController();
    const { signal } = ends;
    const both = [delay(afterMs, undefined, { signal }), crowd.served(BUYERS / 4, signal)];
    await Promise.race(both);
    ends.abort();
    await Promise.allSettled(both);
  }

  async #stock(units: readonly number[]): Promise<Map<string, number>> {
    const products = new Map(units.map((quantity) => [freshName('drop'), quantity]));
    for (const [pool, quantity] of products) {
      await this.#put(`/v1/pools/${pool}`, {});
      await this.#send('POST', `/v1/pools/${pool}/receive`, { quantity });
    }
    return products;
  }

  async #fault({ fault, server, forMs, crashAt }: QueueRound): Promise<void> {
    if (fault === 'server-paused') {
      this.#servers[server]!.pause();
      await delay(forMs);
      this.#servers[server]!.goOn();
      return;
    }
    if (fault === 'carrier-paused') return this.#pauseCarrier(forMs);
    if (fault === 'server-dies-at') {
      await this.#servers[server]!.stop();
      await this.#dieAt(server, { point: crashAt, forMs });
    }
    if (fault.startsWith('server-')) await this.#servers[server]!.kill();
    if (fault.endsWith('carrier-killed')) await this.#broker?.kill();
    await delay(forMs / 2);
    if (fault.endsWith('carrier-killed')) await this.#broker?.restart();
    if (this.#servers[server]?.running !== true) await this.#startServer(server);
  }

  async #pauseCarrier(forMs: number): Promise<void> {
    this.#broker?.pause();
    await delay(forMs);
    if (this.#broker === undefined) return;
    if ('goOn' in this.#broker) this.#broker.goOn();
    else this.#broker.resume();
  }

  async #dieAt(index: number, { point, forMs }: { point: string; forMs: number }): Promise<void> {
    const server = await this.#spawn({ HOLDFAST_CRASH_AT: point });
    this.#servers[index] = server;
    await Promise.race([server.exited, delay(2 * forMs)]);
  }

  async #startServer(index: number): Promise<void> {
    const server = await this.#spawn({});
    this.#servers[index] = server;
    if ((await server.ready(READY_MAX_MS)) === undefined) {
      throw new Error(`server ${index} did not become ready: ${server.stderr}`);
    }
  }

  #spawn(more: Record<string, string>): Promise<ServerProcess> {
    const queue = this.#carrier === undefined ? {} : { HOLDFAST_QUEUE: this.#carrier.address };
    const env = { HOLDFAST_ENGINE: this.#parts.engine, ...queue, ...more };
    return ServerProcess.start({ program: PROGRAM, env });
  }

  #ports(): number[] {
    return this.#servers.flatMap((server) => (server?.running ? [server.port] : []));
  }

  /** Until every order that was answered is decided. */
  async #calm(crowd: QueueCrowd, untilMs: number): Promise<void> {
    const isDecided = new Set<string>();
    while (performance.now() < untilMs) {
      await this.#readJournal();
      for (const { type, subject } of this.#events) {
        if (/^order\.(reserved|refused|expired)$/.test(type)) isDecided.add(subject);
      }
      if (crowd.asked.every(({ order }) => isDecided.has(order))) return;
      await delay(LOOK_EVERY_MS);
    }
  }

  async #readJournal(): Promise<void> {
    for (;;) {
      const page = await this.#send('GET', `/v1/journal?after=${this.#position}&limit=${PAGE}`);
      const entries = page.entries as { position: number; events: TakenEvent[] }[];
      if (entries.length === 0) return;
      for (const { position, events } of entries) {
        this.#position = position;
        this.#events.push(...events);
      }
    }
  }

  async #stamps(crowd: QueueCrowd): Promise<Stamp[]> {
    if (this.#carrier !== undefined) {
      return this.#carrier.stamps(crowd.asked.map(({ order }) => order));
    }
    return this.#events.flatMap(({ type, subject: order, data }) =>
      type === 'order.queued' ? [{ order, product: data!.pool!, line: 0 }] : [],
    );
  }

  async #put(path: string, body: object): Promise<void> {
    await this.#send('PUT', path, body);
  }

  async #send(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
    const [port] = this.#ports();
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const reply = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw new Error(JSON.stringify(reply));
    return reply;
  }
}

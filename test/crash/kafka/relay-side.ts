// A shop on one store with everything that its events go through: servers that relay to a topic, two
// members that keep an order book, one that only notes, and a reader of the topic. Does to them what a
// round says, and compares in the end.

import { setTimeout as delay } from 'node:timers/promises';
import { EventGroup } from '../../../src/kafka/event-group.ts';
import { type Entered, judgeRelayed, wholeOf } from '../../kafka/relayed-judge.ts';
import { Taker } from '../../kafka/told-events.ts';
import { TopicReader } from '../../support/kafka/topic-reader.ts';
import { freshName, type KafkaServer } from '../../support/kafka.ts';
import type { Random } from '../random.ts';
import { SERVE, ServerProcess } from '../server-process.ts';
import { BookLook } from './book-look.ts';
import { BookProcess } from './book-process.ts';
import type { RelayRound, RelayStore } from './relay-plan.ts';
import { Shoppers } from './shoppers.ts';

const READY_MAX_MS = 60_000;
const CALM_MAX_MS = 120_000;
const SOLD_MAX_MS = 60_000;
const LOOK_EVERY_MS = 100;
const PAGE = 1_000;
/** Every command gets its answer: the machine may be busy with other things. */
const PROGRAM = [...SERVE, '--shed-after-ms', '60000'];

export interface SideParts {
  store: RelayStore;
  /** The engine's address. */
  engine: string;
  kafka: KafkaServer;
  /** Where order books are kept, and the schema of this one. */
  database: { address: string; schema: string };
  random: Random;
}

export class RelaySide {
  readonly #parts: SideParts;
  readonly #events: string;
  readonly #servers: (ServerProcess | undefined)[];
  readonly #books: (BookProcess | undefined)[] = [undefined, undefined];
  readonly #bookEnv: Record<string, string>;
  readonly #group = freshName('book');
  readonly shoppers: Shoppers;
  readonly #reader: TopicReader;
  readonly #taker = new Taker();
  readonly #notes: EventGroup;
  readonly #look: BookLook;
  #acceptedAway = 0;
  slowestCalmMs = 0;
  /** As `judgeRelayed` counts them. */
  told = 0;
  repeated = 0;

  private constructor(parts: SideParts) {
    this.#parts = parts;
    const { kafka, database, store, random } = parts;
    const topic = freshName(store);
    this.#events = `kafka://${kafka.address}/${topic}`;
    this.#servers = store === 'sqlite' ? [undefined] : [undefined, undefined];
    this.shoppers = new Shoppers(() => this.#ports(), random.branch());
    this.#reader = new TopicReader(kafka.address, topic);
    this.#notes = EventGroup.open({
      ...{ address: this.#events, group: freshName('notes') },
      ...{ take: this.#taker.take, sessionMs: 6_000 },
    });
    this.#look = new BookLook(database, (path) => this.shoppers.get(path));
    this.#bookEnv = {
      BOOK_DATABASE: database.address,
      BOOK_SCHEMA: database.schema,
      BOOK_EVENTS: this.#events,
      BOOK_GROUP: this.#group,
    };
  }

  static async open(parts: SideParts): Promise<RelaySide> {
    const side = new RelaySide(parts);
    await side.#look.makeSchema();
    for (const index of side.#servers.keys()) await side.#startServer(index);
    await side.shoppers.openShop();
    for (const index of side.#books.keys()) await side.#startBook(index);
    return side;
  }

  /** Commands that were accepted while the broker was away. */
  get acceptedAway(): number {
    return this.#acceptedAway;
  }

  get stderr(): string {
    const all = [...this.#servers, ...this.#books].map((one) => one?.stderr ?? '');
    return all.filter((text) => text !== '').join('\n');
  }

  async close(): Promise<void> {
    await this.shoppers.stop();
    this.shoppers.close();
    await this.#notes.close();
    await this.#reader.close();
    for (const book of this.#books) await book?.end('SIGKILL');
    for (const server of this.#servers) if (server?.running) await server.kill();
  }

  /** What is wrong after it. */
  async round(plan: RelayRound): Promise<string[]> {
    this.shoppers.start();
    await delay(plan.afterMs);
    await this.#fault(plan);
    await delay(plan.afterMs);
    await this.shoppers.stop();
    const startMs = performance.now();
    const wrong = await this.#calm();
    this.slowestCalmMs = Math.max(this.slowestCalmMs, Math.round(performance.now() - startMs));
    return [...wrong, ...this.shoppers.wrong];
  }

  async #fault({ fault, forMs, crashAt }: RelayRound): Promise<void> {
    const { kafka } = this.#parts;
    if (fault.startsWith('relay')) {
      const index = await this.#relaying();
      if (fault === 'relay-paused') return this.#pauseServer(index, forMs);
      await this.#servers[index]?.kill();
      if (fault === 'relay-dies-at') await this.#dieAt(index, crashAt);
      else await delay(forMs / 4);
      return this.#startServer(index);
    }
    if (fault === 'book-killed') {
      await this.#books[0]?.end('SIGKILL');
      await delay(forMs / 4);
      return this.#startBook(0);
    }
    if (fault === 'broker-paused') {
      kafka.pause();
      await this.#away(forMs);
      return kafka.goOn();
    }
    if (fault === 'all-killed') await this.#killRelayAndBook();
    if (fault === 'broker-away') await kafka.stop();
    else await kafka.kill();
    if (fault !== 'broker-killed') await this.#away(forMs);
    await kafka.restart();
  }

  async #killRelayAndBook(): Promise<void> {
    const index = await this.#relaying();
    await Promise.all([this.#servers[index]?.kill(), this.#books[1]?.end('SIGKILL')]);
    await Promise.all([this.#startServer(index), this.#startBook(1)]);
  }

  /** The shop goes on without the broker. */
  async #away(forMs: number): Promise<void> {
    const before = this.shoppers.accepted;
    await delay(forMs);
    // All of them may have stood still for as long.
    const untilMs = performance.now() + SOLD_MAX_MS;
    while (this.shoppers.accepted === before && performance.now() < untilMs) await delay(10);
    const accepted = this.shoppers.accepted - before;
    this.#acceptedAway += accepted;
    if (accepted === 0) this.shoppers.wrong.push('nothing was sold while the broker was away');
  }

  async #pauseServer(index: number, forMs: number): Promise<void> {
    this.#servers[index]?.pause();
    await delay(forMs);
    this.#servers[index]?.goOn();
  }

  async #dieAt(index: number, point: string): Promise<void> {
    const server = await this.#spawn({ HOLDFAST_CRASH_AT: point });
    this.#servers[index] = server;
    const late = setTimeout(() => void server.kill(), READY_MAX_MS / 6);
    await server.exited;
    clearTimeout(late);
  }

  /** The server at work; the first where nobody is. */
  async #relaying(): Promise<number> {
    for (const [index, server] of this.#servers.entries()) {
      if (server?.running !== true) continue;
      const reply = await fetch(`http://127.0.0.1:${server.port}/readyz`).catch(() => undefined);
      const { events } = ((await reply?.json()) ?? {}) as { events?: { state: string } };
      if (events?.state === 'relaying') return index;
    }
    return 0;
  }

  async #startServer(index: number): Promise<void> {
    const server = await this.#spawn({});
    this.#servers[index] = server;
    if ((await server.ready(READY_MAX_MS)) === undefined) {
      throw new Error(`server ${index} did not become ready: ${server.stderr}`);
    }
  }

  #spawn(more: Record<string, string>): Promise<ServerProcess> {
    const env = { HOLDFAST_ENGINE: this.#parts.engine, HOLDFAST_EVENTS: this.#events, ...more };
    return ServerProcess.start({ program: PROGRAM, env });
  }

  async #startBook(index: number): Promise<void> {
    this.#books[index] = await BookProcess.start(this.#bookEnv);
  }

  #ports(): number[] {
    return this.#servers.flatMap((server) => (server?.running ? [server.port] : []));
  }

  /** Waits until all has arrived everywhere, and compares; what is wrong. */
  async #calm(): Promise<string[]> {
    const untilMs = performance.now() + CALM_MAX_MS;
    const journal = await this.#journal();
    const arrived = async () =>
      wholeOf(journal)(this.#reader.messages) &&
      wholeOf(journal)(this.#notedMessages()) &&
      (await this.#look.trouble(this.#reader.messages)).length === 0;
    while (!(await arrived()) && performance.now() < untilMs) await delay(LOOK_EVERY_MS);
    const { wrong, told, repeated } = judgeRelayed(journal, this.#reader.messages);
    this.told = told;
    this.repeated = repeated;
    const noted = judgeRelayed(journal, this.#notedMessages());
    const ofNotes = noted.wrong.map((what) => `noted: ${what}`);
    return [...wrong, ...ofNotes, ...(await this.#look.trouble(this.#reader.messages))];
  }

  /** What the member that only notes was given, as if it were a topic. */
  #notedMessages() {
    return this.#taker.taken.map((event) => {
      const key = event.product ?? event.subject;
      return { partition: 0, offset: 0, headers: {}, key, event };
    });
  }

  async #journal(): Promise<Entered[]> {
    const all: Entered[] = [];
    for (;;) {
      const after = all.at(-1)?.position ?? 0;
      const page = await this.shoppers.get(`/v1/journal?after=${after}&limit=${PAGE}`);
      const entries = page.entries as Entered[];
      if (entries.length === 0) return all;
      all.push(...entries);
    }
  }
}

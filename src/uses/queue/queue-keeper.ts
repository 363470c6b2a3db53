// Decides orders that were taken down and whose turn nothing else carries, in the order in which they stand in the journal: those of one
// product one after the other, different products side by side. Every server does so from the first that
// is undecided; whoever finds that another one was faster goes on to the next, so that the order holds
// though nobody has the queue to himself.

import type { Document, Engine, Entry } from '../../engines/contract.ts';
import { cursorPosition } from '../../kernel/endpoint.ts';
import { moveQueueCursor, QUEUE_CURSOR_ID } from '../../kernel/order-policy.ts';
import type { QueuedData } from '../../kernel/queued-order.ts';
import { eachNamed } from '../../stock/named-documents.ts';
import type { StockParts } from '../../stock/parts.ts';
import { RecentEntries } from '../deliveries/recent-entries.ts';
import type { Queued } from './product-lane.ts';
import { type Decide, ProductLanes } from './product-lanes.ts';
import type { Products } from './products.ts';

const PAGE = 1_000;
/** Looked at again so often, for what nobody told of. */
const LOOK_EVERY_MS = 100;
/** The cursor moves over so many entries at once, so that a start need not read them all again. */
const CURSOR_STEP = 1_000;

export interface QueueParts {
  stock: StockParts;
  decide: Decide;
  products: Products;
}

export class QueueKeeper {
  readonly #parts: QueueParts;
  readonly #engine: Engine;
  readonly #recent: RecentEntries;
  readonly #lanes: ProductLanes;
  #cursor: Document | undefined;
  /** All that is queued up to here is known. */
  #scanned = 0;
  #scanning: Promise<void> | undefined;
  #again = false;
  #stopped = false;
  #unfollow: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: QueueParts) {
    this.#parts = parts;
    this.#engine = parts.stock.engine;
    this.#recent = new RecentEntries(this.#engine);
    this.#lanes = new ProductLanes(parts.decide);
  }

  async start(): Promise<void> {
    const needs = () => (this.#cursor === undefined ? 'named' : 'all');
    this.#unfollow = this.#engine.follow((entries) => this.#told(entries), needs);
    await eachNamed(this.#engine, 'cursor', (document) => this.#take(document));
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
    this.#timer.unref();
    this.#wake();
  }

  /** Ends what is under way; what waits is decided by another server, or after the next start. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#unfollow?.();
    await this.#scanning;
    await this.#lanes.stop();
  }

  /** Resolves when all that the journal tells by now is decided. */
  async idle(): Promise<void> {
    const [cursor] = await this.#engine.documents([QUEUE_CURSOR_ID]);
    if (cursor !== undefined) this.#take(cursor);
    this.#wake();
    while (this.#scanning !== undefined) await this.#scanning;
    await this.#lanes.idle();
  }

  /** How many wait for their turn here. */
  get waiting(): number {
    return this.#lanes.waiting;
  }

  /** The one that has waited longest here. */
  get first(): Queued | undefined {
    return this.#lanes.first;
  }

  #told(entries: readonly Entry[]): void {
    for (const { documents } of entries) for (const document of documents) this.#take(document);
    if (this.#cursor === undefined) return;
    this.#recent.take(entries);
    this.#wake();
  }

  #take(document: Document): void {
    if (document.id !== QUEUE_CURSOR_ID) return;
    if (this.#cursor === undefined) this.#scanned = cursorPosition(document);
    if ((this.#cursor?.version ?? 0) < document.version) this.#cursor = document;
  }

  #look(): void {
    if (this.#engine.health().position > this.#scanned) this.#wake();
  }

  #wake(): void {
    if (this.#stopped || this.#cursor === undefined) return;
    this.#again = true;
    this.#scanning ??= this.#scanAll()
      // The store does not answer: looked at again.
      .catch(() => {
        this.#again = false;
      })
      .finally(() => {
        this.#scanning = undefined;
        if (this.#again) this.#wake();
      });
  }

  async #scanAll(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false;
      while (!this.#stopped && (await this.#scan()) > 0);
      await this.#moveCursor();
    }
  }

  async #scan(): Promise<number> {
    const entries = await this.#recent.after(this.#scanned, PAGE);
    for (const { position, atMs, events } of entries) {
      for (const { type, subject, data } of events) {
        if (type !== 'order.queued') continue;
        const { pool, carried } = data as unknown as QueuedData;
        if (carried) continue;
        const product = await this.#parts.products.of(pool);
        this.#lanes.add(product, { order: subject, position, atMs });
      }
      this.#scanned = position;
    }
    return entries.length;
  }

  /** A start begins where the first undecided one stands. */
  async #moveCursor(): Promise<void> {
    const cursor = this.#cursor!;
    const first = this.#lanes.first?.position ?? Infinity;
    const decided = Math.min(this.#scanned, first - 1);
    if (decided - cursorPosition(cursor) < CURSOR_STEP) return;
    await this.#parts.stock.run('background', {}, ['move-queue', { decided }], {
      plan: () => moveQueueCursor(cursor, decided),
      value: ({ documents }) => this.#take(documents[0]!),
    });
  }
}

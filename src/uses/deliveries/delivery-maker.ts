// Follows the journal and makes the deliveries of what it tells. On several servers the one that was
// fastest goes on; the others look once in a second whether it still does. Sends nothing itself.

import { crashPoint } from '../../engines/crash-point.ts';
import { CURSOR_ID, cursorPosition, endpointData } from '../../kernel/endpoint.ts';
import { type Made, makeDeliveries } from '../../kernel/make-deliveries.ts';
import { planned } from '../../kernel/plan.ts';
import { refuse } from '../../kernel/refusals.ts';
import type { StockParts } from '../../stock/parts.ts';
import type { Endpoints } from './endpoints.ts';
import type { RecentEntries } from './recent-entries.ts';

const PAGE = 1_000;
const LOOK_EVERY_MS = 100;
const BEHIND_LOOKS_EVERY_MS = 1_000;
/** The cursor moves over so many entries that concern nobody, so that a start need not read them all again. */
const SKIPPED_MAX = 10_000;

export interface MakerParts {
  stock: StockParts;
  endpoints: Endpoints;
  recent: RecentEntries;
}

export class DeliveryMaker {
  readonly #parts: MakerParts;
  /** Up to here nothing concerns anybody that has no delivery. */
  #scanned = 0;
  #making: Promise<void> | undefined;
  #again = false;
  #restUntilMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopped = true;

  constructor(parts: MakerParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#stopped = false;
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
    this.#timer.unref();
    this.wake();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#making;
  }

  /** There is something new. */
  wake(): void {
    if (this.#stopped || this.#parts.endpoints.inUse.length === 0) return;
    if (performance.now() < this.#restUntilMs) return;
    this.#again = true;
    this.#making ??= this.#makeAll().finally(() => {
      this.#making = undefined;
      if (this.#again) this.wake();
    });
  }

  /** Resolves when all that is known has its deliveries. */
  async idle(): Promise<void> {
    this.#restUntilMs = 0;
    this.wake();
    while (this.#making !== undefined) await this.#making;
  }

  #look(): void {
    if (this.#parts.stock.engine.health().position > this.#scanned) this.wake();
  }

  async #makeAll(): Promise<void> {
    try {
      while (this.#again && !this.#stopped) {
        this.#again = false;
        while (!this.#stopped && (await this.#make())) this.#again = false;
      }
    } catch {
      // The store does not answer, or another server is at it.
      this.#rest();
    }
  }

  #rest(): void {
    this.#again = false;
    this.#restUntilMs = performance.now() + BEHIND_LOOKS_EVERY_MS;
  }

  /** Whether there may be more. */
  async #make(): Promise<boolean> {
    const scan = await this.#scan();
    if (scan === undefined) return false;
    const { made, skipped } = scan;
    if (made.deliveries === 0 && skipped < SKIPPED_MAX) {
      this.#scanned = made.position;
      return true;
    }
    let plans = 0;
    crashPoint('webhook-making');
    const answer = await this.#parts.stock.run('background', {}, ['make-deliveries', {}], {
      plan: () => {
        plans += 1;
        return plans === 1 ? planned(made.transaction) : refuse('contended');
      },
      value: () => undefined,
    });
    crashPoint('webhook-made');
    if (answer.ok) this.#scanned = made.position;
    else this.#rest();
    return answer.ok;
  }

  async #scan(): Promise<{ made: Made; skipped: number } | undefined> {
    const { stock, endpoints, recent } = this.#parts;
    const cursor = await stock.latest(CURSOR_ID);
    if (cursor === undefined) return undefined;
    const from = cursorPosition(cursor);
    const first = Math.min(...endpoints.inUse.map((one) => endpointData(one).after));
    const after = Math.max(from, this.#scanned, first);
    const entries = await recent.after(after, PAGE);
    if (entries.length === 0) return undefined;
    for (const { documents } of entries) for (const document of documents) endpoints.take(document);
    const { nowMs } = stock.engine.clock();
    const { newId } = stock;
    const made = makeDeliveries({ cursor, endpoints: endpoints.inUse, entries, nowMs, newId });
    return { made, skipped: made.position - from };
  }
}

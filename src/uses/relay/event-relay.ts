// Carries every event of the journal to one place, in order, at least once. The journal is its outbox: while
// the place is away nothing waits for it, and it goes on from where the cursor stands. Of several servers
// one is at work; another takes over when that one is gone. Never skips.

import { crashPoint } from '../../engines/crash-point.ts';
import type { StockParts } from '../../stock/parts.ts';
import type { Stock } from '../../stock.ts';
import { Bell } from './bell.ts';
import { EntryEvents, type RelayFormat } from './entry-events.ts';
import type { EventPublisher } from './event-publisher.ts';
import { RelayHold } from './relay-hold.ts';
import { RelayPages } from './relay-pages.ts';

/** Entries that are looked at, to see whether there is something to do. */
const PAGE = 100;
const LOOK_EVERY_MS = 100;
/** After a failure, and between looks whether another server still does the work. */
const REST_MS = 1_000;
/** Whoever dies is missed for so long. */
const LEASE_MS = 5_000;
/** Begun only with so much of it left, to be noted within it. */
const LEASE_LEFT_MS = 1_000;
/** The cursor is written so often, or after so many events: what a takeover repeats. */
const NOTE_EVERY_MS = 500;
const NOTE_EVENTS_MAX = 5_000;
/** It moves over so many entries that tell nothing, so that a start need not read them all again. */
const SKIPPED_MAX = 10_000;
/** What is under way when it is closed may take so long. */
const CLOSE_MAX_MS = 3_000;

export interface RelayOptions {
  publisher: EventPublisher;
  /** How what is told looks. */
  format: RelayFormat;
  /** How long the server at work is missed when it dies. Default 5,000. */
  leaseMs?: number | undefined;
  /** Told of each failure; it is tried again. */
  onError?: ((error: Error) => void) | undefined;
}

/**
 * `standby`: another server is at work, or there is nothing to do. `away`: what it carries to, or the
 * store, cannot be reached.
 */
export type RelayState = 'starting' | 'relaying' | 'standby' | 'away';

export interface RelayStatus {
  to: string;
  state: RelayState;
  /** Entries of the journal that have not arrived, as far as is known here. */
  behind: number;
  /** Why it is away. */
  reason?: string;
}

export class EventRelay {
  readonly #stock: StockParts;
  readonly #options: RelayOptions;
  readonly #pages: RelayPages;
  readonly #hold: RelayHold;
  readonly #bell = new Bell();
  readonly #unfollow: () => void;
  readonly #running: Promise<void>;
  #state: RelayState = 'starting';
  #reason: string | undefined;
  /** Up to here everything has arrived or tells nothing, noted or not. */
  #position = 0;
  /** Since the cursor was written. */
  #unnoted = { events: 0, sinceMs: 0 };
  #stopped = false;

  private constructor({ parts }: Stock, options: RelayOptions) {
    const { engine } = parts;
    const { publisher, format, leaseMs = LEASE_MS } = options;
    this.#stock = parts;
    this.#options = options;
    const journal = engine.journalId ?? parts.newId();
    this.#pages = new RelayPages(engine, new EntryEvents({ engine, format, journal }));
    this.#hold = new RelayHold({ stock: parts, name: publisher.name, leaseMs });
    const atWork = () => this.#state === 'relaying';
    this.#unfollow = engine.follow(
      (entries) => {
        if (atWork()) this.#pages.take(entries);
        this.#bell.ring();
      },
      () => (atWork() ? 'all' : 'named'),
    );
    this.#running = this.#run();
  }

  /** A relay over a stock, which stays its owner's to close; the publisher is closed with it. */
  static open(stock: Stock, options: RelayOptions): EventRelay {
    return new EventRelay(stock, options);
  }

  status(): RelayStatus {
    const { position } = this.#stock.engine.health();
    const behind = this.#state === 'starting' ? position : Math.max(0, position - this.#position);
    const status: RelayStatus = { to: this.#options.publisher.shown, state: this.#state, behind };
    if (this.#reason !== undefined) status.reason = this.#reason;
    return status;
  }

  /** Notes how far it came and lets go; the publisher is closed. */
  async close(): Promise<void> {
    this.#stopped = true;
    this.#unfollow();
    this.#bell.ring();
    const { publisher } = this.#options;
    const late = setTimeout(() => void publisher.close(), CLOSE_MAX_MS);
    await this.#running;
    clearTimeout(late);
    await publisher.close();
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        const restMs = await this.#turn();
        if (restMs === REST_MS) await this.#restFully();
        else if (restMs > 0 && !this.#stopped) await this.#bell.rest(restMs);
      } catch (error) {
        this.#fail(error);
        await this.#restFully();
      }
    }
    // Where the store is away, the lease runs out by itself.
    await this.#hold.release(this.#position).catch(() => {});
  }

  /** Carries a page of what there is; for how long there is nothing to do. */
  async #turn(): Promise<number> {
    const place = await this.#options.publisher.reach();
    const isNew = this.#stock.engine.health().position > this.#position;
    if (this.#state !== 'relaying') {
      if (!(await this.#begins(place))) return REST_MS;
    } else if (!isNew) {
      await this.#noteInTime();
      return LOOK_EVERY_MS;
    }
    return (await this.#carry(place)) ? 0 : LOOK_EVERY_MS;
  }

  /** Whether this server may go on being the one at work. */
  async #goesOn(place: string): Promise<boolean> {
    if (this.#hold.holds(place, LEASE_LEFT_MS) || (await this.#note(place))) return true;
    this.#state = 'standby';
    return false;
  }

  /** Whether there is something to do and nobody else is at it. */
  async #begins(place: string): Promise<boolean> {
    const from = await this.#hold.look(place);
    this.#state = 'standby';
    this.#reason = undefined;
    this.#position = from ?? this.#hold.position;
    if (from === undefined) return false;
    const entries = await this.#stock.engine.entries({ after: from, limit: PAGE });
    const tells = entries.some(({ events }) => events.length > 0);
    if (!tells && entries.length < PAGE) {
      this.#position = entries.at(-1)?.position ?? from;
      return false;
    }
    if (!(await this.#hold.claim())) return false;
    crashPoint('relay-claimed');
    this.#state = 'relaying';
    this.#unnoted.events = 0;
    return true;
  }

  /** Whether there may be more. */
  async #carry(place: string): Promise<boolean> {
    const page = await this.#pages.after(this.#position);
    if (page.entries > 0) this.#pages.prepare(page);
    for (const portion of page.portions) {
      // What has gone of this page goes again.
      if (this.#stopped || !(await this.#goesOn(place))) return true;
      crashPoint('relay-sending');
      await this.#options.publisher.publish(portion);
      crashPoint('relay-sent');
    }
    this.#position = page.position;
    if (this.#unnoted.events === 0) this.#unnoted.sinceMs = performance.now();
    this.#unnoted.events += page.events;
    await this.#noteInTime();
    return page.entries > 0;
  }

  async #noteInTime(): Promise<void> {
    const { events, sinceMs } = this.#unnoted;
    const isLate = performance.now() - sinceMs >= NOTE_EVERY_MS;
    const skipped = this.#position - this.#hold.position - events;
    if (events >= NOTE_EVENTS_MAX || (events > 0 && isLate) || skipped >= SKIPPED_MAX) {
      await this.#note();
    }
  }

  /** Writes the cursor; false where another server did. */
  async #note(place?: string): Promise<boolean> {
    crashPoint('relay-noting');
    const noted = await this.#hold.move(this.#position);
    crashPoint('relay-noted');
    this.#unnoted.events = 0;
    return noted && (place === undefined || this.#hold.holds(place, 0));
  }

  #fail(thrown: unknown): void {
    if (this.#stopped) return;
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    // Said once, however long it lasts.
    if (this.#reason !== error.message) this.#options.onError?.(error);
    this.#state = 'away';
    this.#reason = error.message;
  }

  /** However much happens meanwhile. */
  async #restFully(): Promise<void> {
    const untilMs = performance.now() + REST_MS;
    while (!this.#stopped && performance.now() < untilMs) {
      await this.#bell.rest(untilMs - performance.now());
    }
  }
}

// The live feed: tells those who watch how pools and reservations are now, at most once per window of
// time, however often they changed meanwhile. Each thing is written out once for all readers. A reader
// who cannot keep up costs nothing: it is told later what is new by then, or shown a snapshot. Not for
// those who need every entry; the journal is.

import type { Engine, Entry } from '../engines/contract.ts';
import { type FeedFormat, FeedMessages, type ShownPools, toldPools } from './feed-messages.ts';
import { FeedReader, type Sink } from './feed-reader.ts';
import { FeedWindow } from './feed-window.ts';
import { RecentWindows } from './recent-windows.ts';
import { SYSTEM_TICKER, type Ticker } from './ticker.ts';

export interface FeedOptions extends FeedFormat {
  engine: Engine;
  /** At most one message in so many ms. Default 100. */
  windowMs?: number | undefined;
  ticker?: Ticker | undefined;
}

/** Changes are still gathered for so long when nobody watches: connections are cut and come back. */
const LINGER_MS = 60_000;

/** The last window, with what all readers of it share. */
interface Latest {
  window: FeedWindow;
  /** Of the readers for whom it was made; others come later, and are brought up to date by themselves. */
  keys: ReadonlySet<string>;
  pools: ShownPools;
  byKey: Map<string, Uint8Array | undefined>;
}

export class LiveFeed {
  readonly #engine: Engine;
  readonly #messages: FeedMessages;
  readonly #ticker: Ticker;
  readonly #windowMs: number;
  readonly #stop: () => void;
  readonly #readers = new Set<FeedReader>();
  readonly #recent: RecentWindows;
  #gathering: FeedWindow;
  #latest: Latest | undefined;
  #callOff: (() => void) | undefined;
  #ticking = false;
  #tickedMs = Number.NEGATIVE_INFINITY;
  #watchedMs = Number.NEGATIVE_INFINITY;

  constructor(options: FeedOptions) {
    this.#messages = new FeedMessages(options.engine, options);
    this.#ticker = options.ticker ?? SYSTEM_TICKER;
    this.#windowMs = options.windowMs ?? 100;
    const { position } = options.engine.health();
    this.#recent = new RecentWindows(position);
    this.#gathering = new FeedWindow(position);
    this.#engine = options.engine;
    this.#stop = options.engine.follow(
      (entries) => this.#take(entries),
      () => (this.#isWatched() ? 'all' : 'named'),
    );
  }

  /** The position of the latest durable entry. */
  get head(): number {
    return this.#gathering.to;
  }

  get readers(): number {
    return this.#readers.size;
  }

  /**
   * Starts a reader: after a position that it knows, or with a snapshot where it names none or one
   * that is too long ago, or not of this journal. Whoever opened it must close it.
   */
  open(options: { sink: Sink; pools: ReadonlySet<string>; after: number | undefined }): FeedReader {
    if (!this.#isWatched()) this.#startAfter(this.#engine.health().position);
    const reader = new FeedReader(options, (it) => void this.#bring(it));
    if (reader.position > this.head) reader.behind = true;
    this.#readers.add(reader);
    void this.#bring(reader);
    return reader;
  }

  close(reader: FeedReader): void {
    if (reader.closed) return;
    reader.closed = true;
    this.#readers.delete(reader);
    this.#watchedMs = this.#ticker.nowMs();
  }

  /** Ends every reader; those who come back later go on from their positions. */
  end(): void {
    this.#stop();
    this.#callOff?.();
    for (const reader of this.#readers) this.#drop(reader);
  }

  #take(entries: readonly Entry[]): void {
    const last = entries.at(-1);
    if (last === undefined) return;
    if (!this.#isWatched()) {
      this.#startAfter(last.position);
      return;
    }
    for (const entry of entries) this.#gathering.take(entry);
    this.#arm();
  }

  #isWatched(): boolean {
    return this.#readers.size > 0 || this.#ticker.nowMs() - this.#watchedMs < LINGER_MS;
  }

  /** The first change after a quiet time is told at once, those after it together. */
  #arm(): void {
    if (this.#ticking || this.#callOff !== undefined) return;
    const passedMs = this.#ticker.nowMs() - this.#tickedMs;
    const delayMs = Math.max(0, this.#windowMs - passedMs);
    this.#callOff = this.#ticker.after(delayMs, () => void this.#tick());
  }

  async #tick(): Promise<void> {
    this.#callOff = undefined;
    this.#ticking = true;
    this.#tickedMs = this.#ticker.nowMs();
    const window = this.#gathering;
    this.#gathering = new FeedWindow(window.to);
    try {
      const filters = new Map([...this.#readers].map(({ key, pools }) => [key, pools]));
      const wanted = new Set([...filters.values()].flatMap((pools) => toldPools(window, pools)));
      const pools = await this.#messages.pools(wanted);
      // Unless nobody watched for so long that all was forgotten meanwhile.
      if (this.#recent.end === window.from) {
        this.#recent.push(window);
        this.#latest = { window, keys: new Set(filters.keys()), pools, byKey: new Map() };
      }
      for (const reader of this.#readers) void this.#bring(reader);
    } catch {
      // The store does not answer: whoever comes back finds out how it is.
      this.#restart(window.to);
      for (const reader of this.#readers) this.#drop(reader);
    } finally {
      this.#ticking = false;
    }
    if (this.#gathering.to > this.#gathering.from) this.#arm();
  }

  /** Nothing is known of what was before this position, nor needs to be. */
  #startAfter(position: number): void {
    this.#restart(position);
    this.#gathering = new FeedWindow(position);
  }

  #restart(position: number): void {
    this.#recent.restart(position);
    this.#latest = undefined;
  }

  /** Brings a reader up to the last window, if it can take that. */
  async #bring(reader: FeedReader): Promise<void> {
    if (reader.busy) return;
    reader.busy = true;
    try {
      while (reader.canTake && (reader.behind || reader.position < this.#recent.end)) {
        if (!this.#sendLatest(reader)) await this.#catchUp(reader);
      }
    } catch {
      this.#drop(reader);
    } finally {
      reader.busy = false;
    }
  }

  /** Nearly everybody is one window behind: all who watch the same get the same bytes. */
  #sendLatest(reader: FeedReader): boolean {
    const latest = this.#latest;
    if (latest === undefined || reader.behind || reader.position < latest.window.from) return false;
    const { window, keys, pools, byKey } = latest;
    const { key } = reader;
    if (!keys.has(key)) return false;
    let message = byKey.get(key);
    if (message === undefined && !byKey.has(key)) {
      message = this.#messages.update(window, reader.pools, pools);
      byKey.set(key, message);
    }
    reader.position = window.to;
    if (message !== undefined) reader.send(message);
    return true;
  }

  async #catchUp(reader: FeedReader): Promise<void> {
    const missed = reader.behind ? undefined : this.#recent.after(reader.position);
    if (missed === undefined) {
      await this.#sendSnapshot(reader);
      return;
    }
    const pools = await this.#messages.pools(toldPools(missed, reader.pools));
    reader.position = missed.to;
    const message = this.#messages.update(missed, reader.pools, pools);
    if (message !== undefined) reader.send(message);
  }

  async #sendSnapshot(reader: FeedReader): Promise<void> {
    // Before the pools are read: what changes meanwhile is told again.
    const position = this.head;
    const pools = await this.#messages.pools(reader.pools);
    reader.behind = false;
    reader.position = position;
    reader.send(this.#messages.snapshot(position, pools));
  }

  #drop(reader: FeedReader): void {
    this.close(reader);
    reader.sink.end();
  }
}

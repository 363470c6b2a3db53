// The live feed: follows the engine's journal and hands each entry, serialised once, to those who
// watch. Every reader has a position and is fed from it, out of the latest entries kept here or out
// of the journal, as fast as it takes them; so a slow reader costs no memory, only its own delay.
// Must never lose an entry between a reader's position and now, nor wait for any reader.

import type { Engine, Entry } from '../engines/contract.ts';

/** One entry, ready to be sent. */
export interface FeedItem {
  position: number;
  pools: ReadonlySet<string>;
  text: string;
}

export interface FeedOptions {
  engine: Engine;
  serialise: (entry: Entry) => string;
  poolsOf: (entry: Entry) => ReadonlySet<string>;
}

/** Entries kept at hand while somebody watches, by number and by size. */
const RECENT_MAX = 4_096;
const RECENT_CHARS_MAX = 8_388_608;
const PAGE = 256;

export class LiveFeed {
  readonly #options: FeedOptions;
  readonly #stop: () => void;
  readonly #readers = new Set<FeedReader>();
  #recent: FeedItem[] = [];
  #recentChars = 0;
  #head: number;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#head = options.engine.health().position;
    this.#stop = options.engine.follow((entries) => this.#take(entries));
  }

  /** The position of the latest durable entry. */
  get head(): number {
    return this.#head;
  }

  get readers(): number {
    return this.#readers.size;
  }

  /** Starts reading after a position. The reader must be closed by whoever opened it. */
  open(after: number): FeedReader {
    const reader = new FeedReader(this, after, () => this.#readers.delete(reader));
    this.#readers.add(reader);
    return reader;
  }

  /** Ends every reader; those who come back later go on from their positions. */
  close(): void {
    this.#stop();
    for (const reader of this.#readers) reader.close();
  }

  /** The next entries after a position; none at the end. */
  async page(after: number): Promise<readonly FeedItem[]> {
    if (after >= this.#head) return [];
    const first = this.#recent[0]?.position;
    if (first !== undefined && after >= first - 1) {
      const start = after - first + 1;
      return this.#recent.slice(start, start + PAGE);
    }
    const entries = await this.#options.engine.entries({ after, limit: PAGE });
    return entries.map((entry) => this.#item(entry));
  }

  #take(entries: readonly Entry[]): void {
    this.#head = entries.at(-1)?.position ?? this.#head;
    if (this.#readers.size === 0) {
      this.#recent = [];
      this.#recentChars = 0;
      return;
    }
    for (const entry of entries) {
      const item = this.#item(entry);
      this.#recent.push(item);
      this.#recentChars += item.text.length;
    }
    this.#trim();
    for (const reader of this.#readers) reader.wake();
  }

  #trim(): void {
    let drop = Math.max(0, this.#recent.length - RECENT_MAX);
    let chars = this.#recentChars;
    for (let index = 0; index < this.#recent.length; index += 1) {
      if (index >= drop && chars <= RECENT_CHARS_MAX) break;
      chars -= this.#recent[index]!.text.length;
      drop = Math.max(drop, index + 1);
    }
    // Dropping one by one would move the whole array for every entry.
    if (drop < RECENT_MAX / 4 && chars > this.#recentChars / 2) return;
    this.#recent = this.#recent.slice(drop);
    this.#recentChars = chars;
  }

  #item(entry: Entry): FeedItem {
    const { serialise, poolsOf } = this.#options;
    return { position: entry.position, pools: poolsOf(entry), text: serialise(entry) };
  }
}

/** One who watches, from a position on. */
export class FeedReader {
  readonly #feed: LiveFeed;
  readonly #onClose: () => void;
  #position: number;
  #closed = false;
  #wake: (() => void) | undefined;

  constructor(feed: LiveFeed, after: number, onClose: () => void) {
    this.#feed = feed;
    this.#position = after;
    this.#onClose = onClose;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Waits for the next entries, in order and without a gap; none once the reader is closed. */
  async next(): Promise<readonly FeedItem[]> {
    while (!this.#closed) {
      const { head } = this.#feed;
      const items = await this.#feed.page(this.#position);
      if (this.#closed) break;
      const last = items.at(-1);
      if (last !== undefined) {
        this.#position = last.position;
        return items;
      }
      // What came in while the page was read has woken nobody.
      if (this.#feed.head > head) continue;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return [];
  }

  wake(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }

  close(): void {
    this.#closed = true;
    this.wake();
    this.#onClose();
  }
}

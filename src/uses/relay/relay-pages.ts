// Reads the journal page by page and makes events of it, one page ahead of whoever sends them. A page has as
// many entries as make a few portions: one entry may tell one word or a megabyte. Sends nothing.

import type { Engine, Entry } from '../../engines/contract.ts';
import { RecentEntries } from '../deliveries/recent-entries.ts';
import type { EntryEvents } from './entry-events.ts';
import { inPortions, type Portion } from './portions.ts';

const ENTRIES_FIRST = 200;
const ENTRIES_MIN = 10;
const ENTRIES_MAX = 2_000;
/** A page of fewer portions is followed by a longer one, one of more by a shorter one. */
const PORTIONS_WANTED = 2;
const PORTIONS_MAX = 8;

export interface Page {
  /** The last entry in it. */
  position: number;
  entries: number;
  events: number;
  portions: Portion[];
}

export class RelayPages {
  readonly #recent: RecentEntries;
  readonly #events: EntryEvents;
  #limit = ENTRIES_FIRST;
  #ahead: { after: number; page: Promise<Page> } | undefined;

  constructor(engine: Engine, events: EntryEvents) {
    this.#recent = new RecentEntries(engine);
    this.#events = events;
  }

  /** What the journal tells just now, so that it need not be read. */
  take(entries: readonly Entry[]): void {
    this.#recent.take(entries);
  }

  /** What follows a position; empty at the end. */
  async after(position: number): Promise<Page> {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    if (ahead?.after === position) {
      const page = await ahead.page;
      if (page.entries > 0) return page;
    }
    return this.#read(position);
  }

  /** Begins with what follows a page, which is asked for next. */
  prepare({ position }: Page): void {
    const page = this.#read(position);
    // Whoever asks for it hears of it; nobody may.
    page.catch(() => {});
    this.#ahead = { after: position, page };
  }

  async #read(after: number): Promise<Page> {
    const entries = await this.#recent.after(after, this.#limit);
    const events = await this.#events.of(entries);
    const portions = [...inPortions(events)];
    if (portions.length > PORTIONS_MAX) {
      this.#limit = Math.max(ENTRIES_MIN, Math.floor(this.#limit / 2));
    } else if (portions.length < PORTIONS_WANTED && entries.length === this.#limit) {
      this.#limit = Math.min(ENTRIES_MAX, this.#limit * 2);
    }
    const position = entries.at(-1)?.position ?? after;
    return { position, entries: entries.length, events: events.length, portions };
  }
}

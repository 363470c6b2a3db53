// The latest windows of the feed, kept so that a reader who was cut off, or could not take more for a
// while, is told what it missed. Bounded by what they hold; older ones are forgotten.

import { FeedWindow } from './feed-window.ts';

/** Changed pools and reservations kept, some 20 MB of them. */
const KEPT_MAX = 20_000;

export class RecentWindows {
  #windows: FeedWindow[] = [];
  #size = 0;
  #end: number;

  /** Nothing is known of what was before this position. */
  constructor(position: number) {
    this.#end = position;
  }

  /** All changes after this position are known. */
  get since(): number {
    return this.#windows[0]?.from ?? this.#end;
  }

  /** The last position that is known. */
  get end(): number {
    return this.#end;
  }

  push(window: FeedWindow): void {
    this.#windows.push(window);
    this.#size += window.size;
    this.#end = window.to;
    while (this.#size > KEPT_MAX && this.#windows.length > 1) {
      this.#size -= this.#windows.shift()!.size;
    }
  }

  /** Forgets everything, and goes on from a position. */
  restart(position: number): void {
    this.#windows = [];
    this.#size = 0;
    this.#end = position;
  }

  /** All that changed after a position, as one window; undefined when it is too long ago. */
  after(position: number): FeedWindow | undefined {
    if (position < this.since) return undefined;
    const merged = new FeedWindow(position);
    for (const window of this.#windows) if (window.to > position) merged.append(window);
    return merged;
  }
}

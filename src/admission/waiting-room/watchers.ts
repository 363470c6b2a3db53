// Those who watch their place in one room from this server: each is told where it stands as that changes, and given
// its pass. Goes over all of them in one pass per turn, a slice at a time, so that a crowd holds up nobody else.

import { setImmediate as nextLoop } from 'node:timers/promises';
import type { PlaceView } from './place-view.ts';
import type { Line, Place } from './rooms.ts';

/** Where a watcher is told. A false says that it can take nothing now: it is told what holds by then. */
export interface WatcherSink {
  /** It has not taken what it was told before. */
  readonly isFull: boolean;
  view(view: PlaceView): void;
  ahead(ahead: number): void;
  /** Nothing has changed: that the connection lives. */
  ping(): void;
  /** `crowded`: others of its place take its room; it need not come back soon. */
  end(why?: 'crowded'): void;
}

export interface Watcher {
  place: Place;
  readonly sink: WatcherSink;
  /** What it was told last, and when. */
  told: { state: PlaceView['state'] | undefined; ahead: number; atMs: number };
  /** When it last gave a sign of life. */
  askedMs: number;
  isClosed: boolean;
}

/** Positions are told once a second to those in front, and to those far behind once in five. */
const TOLD_EVERY_MS = 1_000;
const FAR_TOLD_EVERY_MS = 5_000;
const FAR = 1_000;
const PING_EVERY_MS = 15_000;
/** A reload leaves a stream behind that nobody reads; pages of one buyer are few. */
export const STREAMS_OF_PLACE_MAX = 4;
/** To find where 1,000 of 100,000 stand takes 1 ms (two slow cores); what is written to them comes on top. */
const SLICE = 1_000;

export class Watchers {
  readonly #all = new Set<Watcher>();
  /** Those of each buyer, who has one place, the oldest first. */
  readonly #ofBuyer = new Map<string, Set<Watcher>>();

  get size(): number {
    return this.#all.size;
  }

  /** The oldest of its place is ended where there are too many: what somebody came back with is the newest. */
  add(place: Place, sink: WatcherSink, nowMs: number): Watcher {
    const told = { state: undefined, ahead: -1, atMs: nowMs };
    const watcher: Watcher = { place, sink, told, askedMs: nowMs, isClosed: false };
    const others = this.#ofBuyer.get(place.buyer) ?? new Set();
    if (others.size >= STREAMS_OF_PLACE_MAX) {
      const [oldest] = others;
      this.endOne(oldest!, 'crowded');
    }
    this.#all.add(watcher);
    this.#ofBuyer.set(place.buyer, others.add(watcher));
    return watcher;
  }

  remove(watcher: Watcher): void {
    watcher.isClosed = true;
    this.#all.delete(watcher);
    const { buyer } = watcher.place;
    const others = this.#ofBuyer.get(buyer);
    others?.delete(watcher);
    if (others?.size === 0) this.#ofBuyer.delete(buyer);
  }

  /** Those who have given no sign of life since. */
  silentSince(atMs: number): Watcher[] {
    return [...this.#all].filter(({ askedMs }) => askedMs <= atMs);
  }

  /** Tells all of them where they stand; returns those of whom the line does not know it. */
  async tell(line: Line, nowMs: number): Promise<Watcher[]> {
    const unknown: Watcher[] = [];
    let count = 0;
    for (const watcher of this.#all) {
      count += 1;
      if (count % SLICE === 0) await nextLoop();
      if (watcher.told.state === 'ADMITTED') continue;
      const ahead = line.aheadOf(watcher.place.rank);
      if (ahead === undefined) unknown.push(watcher);
      else tellAhead(watcher, ahead, nowMs);
    }
    return unknown;
  }

  end(): void {
    for (const watcher of [...this.#all]) this.endOne(watcher);
  }

  /** Its sale is over for all of them. */
  close(): void {
    const over = { state: 'OVER', reason: 'sale-closed', ahead: 0, heartbeatEveryMs: 0 } as const;
    for (const watcher of [...this.#all]) {
      watcher.sink.view({ ...over, place: '' });
      this.endOne(watcher);
    }
  }

  endOne(watcher: Watcher, why?: 'crowded'): void {
    this.remove(watcher);
    watcher.sink.end(why);
  }

  /** Tells what was just learned of it. */
  show(watcher: Watcher, view: PlaceView, nowMs: number): void {
    const { sink, told } = watcher;
    if (watcher.isClosed || sink.isFull) return;
    if (view.state === 'WAITING' && told.state === 'WAITING') {
      tellAhead(watcher, view.ahead, nowMs);
    } else if (view.state !== told.state) {
      sink.view(view);
      watcher.told = { state: view.state, ahead: view.ahead, atMs: nowMs };
    }
    if (view.state === 'OVER') this.endOne(watcher);
  }
}

function tellAhead({ sink, told }: Watcher, ahead: number, nowMs: number): void {
  if (sink.isFull) return;
  const silentMs = nowMs - told.atMs;
  if (ahead !== told.ahead && silentMs >= (ahead > FAR ? FAR_TOLD_EVERY_MS : TOLD_EVERY_MS)) {
    sink.ahead(ahead);
    told.ahead = ahead;
    told.atMs = nowMs;
  } else if (silentMs >= PING_EVERY_MS) {
    sink.ping();
    told.atMs = nowMs;
  }
}

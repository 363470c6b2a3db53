// A shop whose feed is watched by readers that the test holds in its hands: what each was sent, and
// whether it takes more.

import type { FeedReader } from '../../src/events/feed-reader.ts';
import type { LiveFeed } from '../../src/events/live-feed.ts';
import { openFeed } from '../../src/http/open-feed.ts';
import { Shop } from '../support/shop.ts';
import { ManualTicker, settled } from './manual-ticker.ts';

export interface Told {
  event: 'update' | 'snapshot';
  id: number;
  position: number;
  at: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into pools of every shape.
  pools: any[];
  // biome-ignore lint/suspicious/noExplicitAny: and reservations.
  reservations: any[];
  omitted: { pools: number; reservations: number };
}

export class Watcher {
  readonly told: Told[] = [];
  readonly bytes: Uint8Array[] = [];
  full = false;
  ended = false;
  reader!: FeedReader;

  send(message: Uint8Array): boolean {
    this.bytes.push(message);
    const text = Buffer.from(message).toString();
    const event = text.startsWith('event: snapshot\n') ? 'snapshot' : 'update';
    const id = Number(/^id: (\d+)$/m.exec(text)?.[1]);
    this.told.push({ event, id, ...JSON.parse(/^data: (.*)$/m.exec(text)![1]!) });
    return !this.full;
  }

  end(): void {
    this.ended = true;
  }

  /** What it was told since it was asked last. */
  take(): Told[] {
    return this.told.splice(0);
  }
}

export class WatchedShop {
  readonly shop: Shop;
  readonly ticker = new ManualTicker();
  readonly feed: LiveFeed;

  private constructor(shop: Shop) {
    this.shop = shop;
    this.feed = openFeed(shop.engine, { ticker: this.ticker, windowMs: 100 });
  }

  static async open(quantities: Record<string, number>): Promise<WatchedShop> {
    return new WatchedShop(await (await Shop.open()).fill(quantities));
  }

  /** Starts to watch, and takes the first snapshot away if there is one. */
  async watch(pools: string[] = [], after?: number): Promise<Watcher> {
    const watcher = new Watcher();
    watcher.reader = this.feed.open({ sink: watcher, pools: new Set(pools), after });
    await settled();
    return watcher;
  }

  /** A window passes. */
  pass(): Promise<void> {
    return this.ticker.passMs(100);
  }
}

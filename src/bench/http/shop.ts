// The shop that a benchmark sells from, spoken to over HTTP: opens its pools, fills it with
// reservations, ends what a measurement made, and keeps count of all that was accepted, to compare
// with what the server holds. Measures nothing.

import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { poolNames, randomBuyer, randomPool, STAYS_FOR } from './reserve-requests.ts';
import { sent } from './sent.ts';

export const STOCK_PER_POOL = 100_000_000;
/** As long as the others, and never supplied. */
export const SOLD_OUT = 'sold-none';

const BATCH = 500;
const POOLS_UNDER_WAY = 32;
const BATCHES_UNDER_WAY = 4;
const PAUSE_MS = 20;

export interface ShopOptions {
  url: string;
  pools: number;
  buyers: number;
}

export interface PoolBalances {
  id: string;
  available: number;
  held: number;
  sold: number;
  supply: number;
}

export class Shop {
  readonly pools: readonly string[];
  readonly buyers: number;
  readonly url: string;
  /** Reservations that were accepted, and those of them that were cancelled. */
  accepted = 0;
  cancelled = 0;

  constructor({ url, pools, buyers }: ShopOptions) {
    this.url = url;
    this.pools = poolNames(pools);
    this.buyers = buyers;
  }

  async open(): Promise<void> {
    await this.send('PUT', `/v1/pools/${SOLD_OUT}`, {});
    const closed = [...this.pools];
    await atOnce(POOLS_UNDER_WAY, async () => {
      for (let pool = closed.pop(); pool !== undefined; pool = closed.pop()) {
        await this.send('PUT', `/v1/pools/${pool}`, {});
        await this.send('POST', `/v1/pools/${pool}/receive`, { quantity: STOCK_PER_POOL });
      }
    });
  }

  /** Makes reservations, many in a request; `holdFor` is asked once for each request. */
  async fill(count: number, holdFor: () => string = () => STAYS_FOR): Promise<void> {
    let missing = count;
    await atOnce(BATCHES_UNDER_WAY, async () => {
      while (missing > 0) {
        const size = Math.min(BATCH, missing);
        missing -= size;
        const held = holdFor();
        const items = Array.from({ length: size }, () => ({
          lines: [{ pool: randomPool(this.pools), quantity: 1 }],
          buyer: randomBuyer(this.buyers),
          holdFor: held,
          key: randomUUID(),
        }));
        const made = await this.#batch(items, 201);
        this.accepted += made;
        missing += size - made;
        if (made < size) await wait(PAUSE_MS);
      }
    });
  }

  /** Cancels what a measurement made, so that the next begins with the same store. */
  async cancel(ids: readonly string[]): Promise<void> {
    const open = ids.map((reservation) => ({ op: 'cancel', reservation, key: randomUUID() }));
    await atOnce(BATCHES_UNDER_WAY, async () => {
      while (open.length > 0) {
        const items = open.splice(-BATCH);
        const done = await this.#batch(items, 200);
        if (done === items.length) this.cancelled += done;
        else {
          // Some were turned away under load. Those that were not are answered as they were before.
          open.push(...items);
          await wait(PAUSE_MS);
        }
      }
    });
    await this.tablesCaughtUp();
  }

  /** A measurement must not carry the leftover work of what was before it. */
  async tablesCaughtUp(): Promise<void> {
    const lag = async () => {
      const reply = await fetch(`${this.url}/readyz`);
      return ((await reply.json()) as { tableLag: number }).tableLag;
    };
    while ((await lag()) > 0) await wait(PAUSE_MS);
  }

  async balances(): Promise<PoolBalances[]> {
    const found: PoolBalances[] = [];
    let cursor: string | undefined = '';
    while (cursor !== undefined) {
      const after: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const reply = await fetch(`${this.url}/v1/pools?limit=1000${after}`);
      const page = (await reply.json()) as { pools: PoolBalances[]; next?: string };
      found.push(...page.pools);
      cursor = page.next;
    }
    return found;
  }

  /** The body of one accepted reservation, as the server shows it. */
  async oneReply(): Promise<object> {
    const [pool, buyer] = [this.pools[0]!, randomBuyer(this.buyers)];
    const reply = await this.send('POST', '/v1/reservations', {
      lines: [{ pool, quantity: 1 }],
      buyer,
      holdFor: STAYS_FOR,
    });
    this.accepted += 1;
    return reply;
  }

  /** How many items of a batch had that status. */
  async #batch(items: readonly object[], status: number): Promise<number> {
    const reply = await fetch(`${this.url}/v1/reservations/batch`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ items }),
    });
    const text = await reply.text();
    if (reply.status === 503) return 0;
    if (reply.status !== 200) throw new Error(`the server answered ${reply.status}: ${text}`);
    return text.split(`{"status":${status},`).length - 1;
  }

  protected send(method: 'PUT' | 'POST', path: string, body: object): Promise<object> {
    return sent(method, this.url + path, body);
  }
}

async function atOnce(count: number, run: () => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: count }, run));
}

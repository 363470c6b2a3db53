// What the centre must have, reckoned beside it: what was received, less what its own list of sales says
// was sold, must be there; and every buyer's sale must be in that list, once, as he was told.

import { HttpClient } from '../http-client.ts';
import { pause, type Told } from './branch-buyers.ts';
import { POOLS } from './branch-processes.ts';

const POLL_MS = 25;
const PAGE = 200;

interface PoolShown {
  available: number;
  held: number;
  leased: number;
  sold: number;
}

interface Sold {
  id: string;
  lines: { pool: string; confirmed: number }[];
}

export class Ledger {
  readonly #port: () => number;
  readonly #received: Record<string, number> = {};
  /** Sales that were seen in the list, by their ids. */
  readonly #sold = new Map<string, Record<string, number>>();

  constructor(port: () => number) {
    this.#port = port;
  }

  get received(): number {
    return Object.values(this.#received).reduce((sum, units) => sum + units, 0);
  }

  async receive(pool: string, quantity: number): Promise<void> {
    await this.#exchange('PUT', `/v1/pools/${pool}`, {});
    await this.#exchange('POST', `/v1/pools/${pool}/receive`, { quantity });
    this.#received[pool] = (this.#received[pool] ?? 0) + quantity;
  }

  /** Waits until nothing is held or out; says what is missing or too much. */
  async untilBack(withinMs: number): Promise<string[]> {
    const untilMs = performance.now() + withinMs;
    while (true) {
      const wrong: string[] = [];
      for (const pool of POOLS) {
        const { available, held, leased, sold } = await this.#pool(pool);
        const shown = `${available} available, ${held} held, ${leased} leased, ${sold} sold`;
        const back = held + leased === 0 && available + sold === this.#received[pool];
        if (!back) wrong.push(`${pool}: ${shown} of ${this.#received[pool]}`);
      }
      if (wrong.length === 0 || performance.now() > untilMs) return wrong;
      await pause(POLL_MS);
    }
  }

  /** Compares the centre's own list with its balances and with what buyers were told. */
  async judge(told: Told): Promise<string[]> {
    await this.#readSales();
    const lost: string[] = [];
    for (const [id, units] of told) {
      const found = this.#sold.get(id);
      if (JSON.stringify(found) === JSON.stringify(units)) continue;
      lost.push(`${id} was told ${JSON.stringify(units)}, the centre has ${JSON.stringify(found)}`);
    }
    for (const pool of POOLS) {
      const { sold } = await this.#pool(pool);
      let listed = 0;
      for (const units of this.#sold.values()) listed += units[pool] ?? 0;
      if (listed !== sold) lost.push(`${pool}: ${sold} sold, its sales are ${listed}`);
    }
    return lost;
  }

  /** Anew each time: a sale that were there no more would be lost. */
  async #readSales(): Promise<void> {
    const { position } = await this.#exchange('GET', '/readyz');
    this.#sold.clear();
    let cursor = '';
    while (true) {
      const path = `/v1/reservations?status=CONFIRMED&limit=${PAGE}${cursor}`;
      const page = await this.#exchange('GET', path);
      if ((page.asOf as number) < (position as number)) {
        await pause(POLL_MS);
        this.#sold.clear();
        cursor = '';
        continue;
      }
      for (const { id, lines } of page.reservations as Sold[]) {
        const units = lines.map(({ pool, confirmed }): [string, number] => [pool, confirmed]);
        this.#sold.set(id, Object.fromEntries(units));
      }
      if (page.next === undefined) return;
      cursor = `&cursor=${page.next as string}`;
    }
  }

  async #pool(pool: string): Promise<PoolShown> {
    return (await this.#exchange('GET', `/v1/pools/${pool}`)) as unknown as PoolShown;
  }

  async #exchange(method: 'GET' | 'PUT' | 'POST', path: string, body?: object) {
    const client = new HttpClient(this.#port());
    try {
      const reply = await client.send({ method, path, ...(body === undefined ? {} : { body }) });
      if (reply.status >= 300) throw new Error(`${path}: ${JSON.stringify(reply)}`);
      return reply.body;
    } finally {
      client.close();
    }
  }
}

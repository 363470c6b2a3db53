// Whoever sends orders on their way and takes back what returns, by hand or as a warehouse's events, and
// moves launches. Takes whatever a search shows, which may be over by then. Judges nothing.

import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ReturnOutside } from '../../../src/http/shapes/return-shapes.ts';
import { BuyerDeeds, type Shopping } from './buyer-deeds.ts';
import { launchIn, PLANS } from './order-goods.ts';

const VERDICTS = ['sellable', 'sellable', 'quarantine', 'write-off'];
/** In buckets of their own, each a commit. */
const CODES_MAX = 12;
export const IMPORT_PATH = '/v1/campaigns/once/codes/import';
const OPEN = ['REQUESTED', 'RETURNING', 'RECEIVED', 'INSPECTING'];

interface Line {
  line: number;
  quantity: number;
  verdict?: string;
}

export class ShopStaff {
  readonly #its: Shopping;
  readonly #deeds: BuyerDeeds;

  constructor(shopping: Shopping) {
    this.#its = shopping;
    this.#deeds = new BuyerDeeds(shopping);
  }

  /** False: the server gave no answer. */
  async live(): Promise<boolean> {
    const { random } = this.#its;
    const dice = random.whole(1, 100);
    await delay(random.whole(0, 15));
    if (dice <= 40) return this.#sendOff();
    if (dice <= 55) return this.#begin();
    if (dice <= 88) return this.#goOn();
    if (dice <= 92) return this.#import();
    const launchAt = launchIn(random.whole(300, 1_300));
    return this.#sent(`/v1/plans/${random.pick(Object.keys(PLANS))}/launch`, { launchAt });
  }

  /** Codes that were made elsewhere, each good once. */
  #import(): Promise<boolean> {
    const codes = Array.from({ length: CODES_MAX }, () => `PARTNER-${randomUUID()}`);
    return this.#sent(IMPORT_PATH, { codes });
  }

  async #sendOff(): Promise<boolean> {
    const { random } = this.#its;
    const order = await this.#oneOf('orders', random.pick(['CONFIRMED', 'CONFIRMED', 'SHIPPED']));
    if (order === undefined) return false;
    if (order === 'none') return true;
    const { orderId, status } = order;
    if (status === 'SHIPPED') return this.#sent(`/v1/orders/${orderId}/deliver`, {});
    if (random.chance(0.3)) await this.#sent(`/v1/orders/${orderId}/pack`, {});
    return this.#sent(`/v1/orders/${orderId}/ship`, { reference: 'parcel' });
  }

  /** Its buyer asks for it, or the carrier brings all of it back. */
  async #begin(): Promise<boolean> {
    const { random } = this.#its;
    const states = ['SHIPPED', 'DELIVERED', 'RETURNING'];
    const order = await this.#oneOf('orders', random.pick(states));
    if (order === undefined) return false;
    if (order === 'none') return true;
    const { orderId, lines } = order as { orderId: string; lines: { quantity: number }[] };
    if (random.chance(0.3)) {
      const event = random.pick(['refused', 'not-reachable']);
      const id = randomUUID();
      return random.chance(0.5)
        ? this.#sent(`/v1/orders/${orderId}/carrier`, { event })
        : this.#tell({ id, type: `delivery.${event}`, order: orderId });
    }
    const line = random.whole(0, lines.length - 1);
    const some = [{ line, quantity: random.whole(1, lines[line]!.quantity) }];
    return this.#sent('/v1/returns', {
      order: orderId,
      ...(random.chance(0.6) ? { lines: some } : {}),
    });
  }

  /** The next step of a return. */
  async #goOn(): Promise<boolean> {
    const { random } = this.#its;
    const found = await this.#oneOf('returns', random.pick(OPEN));
    if (found === undefined) return false;
    if (found === 'none') return true;
    const { id, lines } = found as unknown as ReturnOutside;
    const atDock = lines.filter(({ inspecting }) => inspecting > 0);
    const coming = lines.filter(({ returning }) => returning > 0);
    if (atDock.length > 0 && random.chance(0.8)) {
      const judged = atDock.map(({ line, inspecting }) => {
        return { line, quantity: random.whole(1, inspecting), verdict: random.pick(VERDICTS) };
      });
      return this.#verb(id, { verb: 'inspect', type: 'return.inspected' }, judged);
    }
    const dice = random.whole(1, 100);
    if (dice <= 12) {
      const event = random.pick(['picked-up', 'not-reachable', 'refused', 'lost']);
      return this.#sent(`/v1/returns/${id}/carrier`, { event });
    }
    if (dice <= 18) return this.#sent(`/v1/returns/${id}/cancel`, {});
    if (dice <= 28 || coming.length === 0) {
      return this.#sent(`/v1/returns/${id}/close`, {
        missing: random.pick(['sold', 'written-off']),
      });
    }
    // Sometimes more than was announced, or than was ever sold.
    const more = random.chance(0.15) ? 1 : 0;
    const came = coming.map(({ line, returning }) => {
      return { line, quantity: random.whole(1, returning) + more };
    });
    return this.#verb(id, { verb: 'receive', type: 'return.received' }, came);
  }

  #verb(id: string, { verb, type }: { verb: string; type: string }, lines: Line[]) {
    if (this.#its.random.chance(0.5)) return this.#sent(`/v1/returns/${id}/${verb}`, { lines });
    return this.#tell({ id: randomUUID(), type, return: id, lines });
  }

  #tell(event: object): Promise<boolean> {
    return this.#sent('/v1/warehouse/events', { events: [event] });
  }

  async #oneOf(what: 'orders' | 'returns', status: string) {
    const page = await this.#deeds.look(`/v1/${what}?status=${status}&limit=20`);
    if (page === undefined) return undefined;
    const all = page.body[what] as Record<string, unknown>[];
    return all.length === 0 ? 'none' : this.#its.random.pick(all);
  }

  async #sent(path: string, body: object): Promise<boolean> {
    return (await this.#deeds.send(path, body)) !== undefined;
  }
}

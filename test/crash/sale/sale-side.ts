// One shop with its servers over all rounds: a sale of its own in each, and what the journal has gained by it.

import { setTimeout as delay } from 'node:timers/promises';
import type { EntryOutside } from '../../../src/http/shapes/replies.ts';
import type { Random } from '../random.ts';
import type { SaleLog } from './sale-log.ts';
import type { SaleRound } from './sale-plan.ts';
import { SaleVisit } from './sale-visit.ts';
import type { ServedSale } from './served-sale.ts';

const LOOKS_EVERY_MS = 200;
const PAGE = 1_000;

export class SaleSide {
  readonly #served: ServedSale;
  readonly #random: Random;
  #position = 0;
  slowestBackMs = 0;
  longestIdleMs = 0;

  constructor(served: ServedSale, random: Random) {
    this.#served = served;
    this.#random = random;
  }

  /** What its buyers were told, with all that is wrong about it. */
  async round(plan: SaleRound): Promise<SaleLog> {
    const visit = new SaleVisit(this.#served, plan, this.#random.branch());
    try {
      await this.#served.prepare(plan);
      await visit.run();
      const entries = await this.#entries(visit);
      await visit.judge(entries);
    } catch (error) {
      visit.log.wrong.push(String((error as Error).stack));
    } finally {
      visit.stop();
    }
    const away = visit.log.outages.map(({ fromMs, toMs }) => Math.round(toMs - fromMs));
    this.slowestBackMs = Math.max(this.slowestBackMs, ...away);
    this.longestIdleMs = Math.max(this.longestIdleMs, Math.round(visit.longestIdleMs));
    return visit.log;
  }

  /** What the journal has gained, once it tells of the end of the sale. */
  async #entries({ sale, line }: SaleVisit): Promise<EntryOutside[]> {
    const found: EntryOutside[] = [];
    for (;;) {
      const path = `/v1/journal?after=${this.#position}&limit=${PAGE}`;
      const { body } = await line.ask({ method: 'GET', path });
      const { entries, next } = body as unknown as { entries: EntryOutside[]; next: number };
      found.push(...entries);
      this.#position = next;
      const isOver = found.some(({ events }) =>
        events.some(({ type, subject }) => type === 'sale.closed' && subject === `sale:${sale}`),
      );
      if (entries.length === 0 && isOver) return found;
      if (entries.length === 0) await delay(LOOKS_EVERY_MS);
    }
  }
}

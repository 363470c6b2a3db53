// A document with what must be known of others before it can fall due or be worked on: what a reservation
// counts, whose units it has, which pools a sale sells from. Only reads.

import type { Document, Engine } from '../engines/contract.ts';
import { poolDocumentId, poolOf } from '../kernel/accounts.ts';
import type { Holding } from '../kernel/give-back.ts';
import { preSalePool } from '../kernel/pre-sale.ts';
import { reservationData } from '../kernel/reservation.ts';
import { type SaleTerms, saleTerms } from '../kernel/sale.ts';

const NONE: readonly Document[] = [];
const NO_IDS: readonly string[] = [];

export class Holdings {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** A document with what it names: a reservation's allowances, in any state, and its order; a sale's pools. */
  of(document: Document, dueMs: number): Holding | Promise<Holding> {
    if (document.kind === 'sale') return this.#withPools(document, dueMs);
    if (document.kind !== 'reservation') return { document, allowances: NONE, dueMs };
    const { allowances = NO_IDS, order, waiter } = reservationData(document);
    const behind = order ?? waiter;
    if (behind !== undefined) return this.#withBehind(document, { allowances, behind, dueMs });
    if (allowances.length === 0) return { document, allowances: NONE, dueMs };
    return this.latest(allowances).then((found) => ({ document, allowances: found, dueMs }));
  }

  async #withPools(document: Document, dueMs: number): Promise<Holding> {
    const found = await this.latest(namesOf(saleTerms(document)).map(poolDocumentId));
    const pools = new Map(found.map((pool) => [poolOf(pool), pool]));
    return { document, allowances: NONE, dueMs, pools };
  }

  /** With the order whose units these are, or the waiter to whom they are offered. */
  async #withBehind(
    document: Document,
    named: { allowances: readonly string[]; behind: string; dueMs: number },
  ): Promise<Holding> {
    const { allowances, behind: id, dueMs } = named;
    const [behind] = await this.latest([id]);
    const found = allowances.length === 0 ? NONE : await this.latest(allowances);
    const holding: Holding = { document, allowances: found, dueMs };
    if (behind?.kind === 'waiter') holding.waiter = behind;
    else holding.order = behind!;
    return holding;
  }

  /** The latest decided versions of those that there are, to plan on. */
  async latest(ids: readonly string[]): Promise<Document[]> {
    const peeked = ids.map((id) => this.#engine.peek?.(id));
    if (peeked.every((document) => document !== undefined)) return peeked;
    const found = await this.#engine.documents(ids);
    return found.filter((document) => document !== undefined);
  }
}

/** The pools of its pre-sale too, made or not, where it has one or had one. */
function namesOf({ items, whenSoldOut }: SaleTerms): string[] {
  const isPreSale = whenSoldOut?.do === 'pre-sale';
  return items.flatMap(({ from, pool, pre }) =>
    isPreSale || pre !== undefined ? [from, pool, preSalePool(pool)] : [from, pool],
  );
}

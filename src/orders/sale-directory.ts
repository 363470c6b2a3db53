// The sales of a shop, kept in step with the journal, so that a checkout finds its own without a read. A
// stale one is caught at commit by a guard on it; what refuses a buyer is looked up again first.

import type { Document, PoolId } from '../engines/contract.ts';
import { isDue } from '../kernel/overlay.ts';
import type { Plan } from '../kernel/plan.ts';
import { IN_SALE } from '../kernel/pool.ts';
import { preSaleRules } from '../kernel/pre-sale.ts';
import { type Refused, refuse } from '../kernel/refusals.ts';
import type { ReserveContext } from '../kernel/reserve.ts';
import { type Sale, type SaleState, saleId, saleOf } from '../kernel/sale.ts';
import { SaleRules } from '../kernel/sale-limits.ts';
import { isSelling } from '../kernel/sale-verbs.ts';
import { eachNamed, onNamed } from '../stock/named-documents.ts';
import type { StockParts } from '../stock/parts.ts';

const SELLING_NOW: ReadonlySet<SaleState> = new Set(['ARMED', 'OPEN']);

/** What is asked for in a sale. */
interface InSale {
  lines: readonly { pool: PoolId }[];
  addressKey?: string | undefined;
  /** Pools of which more is taken than is there: before it comes. */
  soldOut?: ReadonlySet<PoolId>;
}

export class SaleDirectory {
  readonly #parts: StockParts;
  readonly #sales = new Map<string, Sale>();
  readonly #rules = new WeakMap<Sale, SaleRules>();
  #stop: (() => void) | undefined;

  private constructor(parts: StockParts) {
    this.#parts = parts;
  }

  static async open(parts: StockParts): Promise<SaleDirectory> {
    const directory = new SaleDirectory(parts);
    const take = (document: Document) => {
      directory.take(document);
    };
    directory.#stop = onNamed(parts.engine, 'sale', { take });
    await eachNamed(parts.engine, 'sale', take);
    return directory;
  }

  close(): void {
    this.#stop?.();
  }

  take(document: Document): Sale | undefined {
    if (document.kind !== 'sale') return undefined;
    const sale = saleOf(document);
    const known = this.#sales.get(sale.sale);
    if (known !== undefined && known.version >= sale.version) return known;
    this.#sales.set(sale.sale, sale);
    return sale;
  }

  /** As it was heard of last. */
  of(sale: string): Sale | undefined {
    return this.#sales.get(sale);
  }

  /** That sells a pool, as it was heard of last. */
  ofPool(pool: PoolId): Sale | undefined {
    for (const sale of this.#sales.values()) {
      if (!SELLING_NOW.has(sale.state)) continue;
      if (sale.items.some((item) => item.pool === pool)) return sale;
    }
    return undefined;
  }

  /** What units are reserved with in a sale: within its limits, from pools that only it sells. */
  reservingIn(
    sale: Sale,
    { lines, addressKey, soldOut }: InSale,
    known: ReserveContext,
  ): ReserveContext | Refused {
    const ofSale = this.#rulesOf(sale).of(lines, addressKey);
    if ('ok' in ofSale) return ofSale;
    let rules = known.rules.length === 0 ? ofSale : [...known.rules, ...ofSale];
    if (soldOut !== undefined && soldOut.size > 0) {
      rules = [...rules, ...preSaleRules(sale, soldOut)];
    }
    return { ...known, rules, selling: IN_SALE };
  }

  #rulesOf(sale: Sale): SaleRules {
    let rules = this.#rules.get(sale);
    if (rules === undefined) {
      rules = new SaleRules(sale);
      this.#rules.set(sale, rules);
    }
    return rules;
  }

  all(): Sale[] {
    return [...this.#sales.values()].sort((a, b) => (a.sale < b.sale ? -1 : 1));
  }

  /** As it was decided last. */
  async latest(sale: string): Promise<Sale | undefined> {
    const document = await this.#parts.latest(saleId(sale));
    return document && this.take(document);
  }

  /**
   * A sale that can be bought from now, to plan on. One whose time has come is opened first.
   *
   * @param options.again what was known of it has turned out to be old
   */
  selling(name: string, { again = false } = {}): Sale | Refused | Promise<Sale | Refused> {
    const { nowMs } = this.#parts.engine.clock();
    const known = this.of(name);
    if (!again && known?.state === 'OPEN' && isSelling(known, nowMs) === undefined) return known;
    return this.#lookedUp(name, nowMs);
  }

  async #lookedUp(name: string, nowMs: number): Promise<Sale | Refused> {
    let document = await this.#parts.latest(saleId(name));
    if (document !== undefined && isDue(document, this.#parts.engine.clock().dueMs)) {
      await this.#parts.settle([document]);
      document = await this.#parts.latest(saleId(name));
    }
    const sale = document && this.take(document);
    if (sale === undefined) return refuse('unknown-sale', { sale: name });
    if (sale.state === 'ARMED') return refuse('sale-not-open', whenOf(sale));
    return isSelling(sale, nowMs) ?? sale;
  }

  /** A plan that is made only while a sale can be bought from; what it sells is decided later. */
  async whileSelling(name: string, plan: (sale: Sale) => Plan): Promise<Plan> {
    const sale = await this.selling(name);
    return 'ok' in sale ? sale : plan(sale);
  }
}

function whenOf({ sale, opensAtMs }: Sale) {
  return opensAtMs === undefined ? { sale } : { sale, opensAtMs };
}

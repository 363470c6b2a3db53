// The purchase limits in force, kept in step with the journal, so that a reservation finds its
// rules without a read. A stale rule is caught at commit by a guard on its version.

import type { Document, Engine } from '../engines/contract.ts';
import { poolDocumentId } from '../kernel/accounts.ts';
import { covers, type LimitRule, limitRule, needsProduct } from '../kernel/limits.ts';
import { poolData } from '../kernel/pool.ts';
import { eachNamed, onNamed } from './named-documents.ts';

const NONE: readonly LimitRule[] = [];

export class LimitDirectory {
  readonly #engine: Engine;
  readonly #rules = new Map<string, LimitRule>();
  /** By id, so that the limit that refuses is the same after a restart. */
  #ordered: LimitRule[] = [];
  #stop: (() => void) | undefined;
  #asksProduct = false;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async start(): Promise<void> {
    this.#stop = onNamed(this.#engine, 'limit', { take: (document) => this.take(document) });
    await this.refresh();
  }

  stop(): void {
    this.#stop?.();
  }

  async refresh(): Promise<void> {
    await eachNamed(this.#engine, 'limit', (document) => this.#put(document));
    this.#order();
  }

  take(document: Document): void {
    if (this.#put(document)) this.#order();
  }

  #put(document: Document): boolean {
    const known = this.#rules.get(document.id);
    if (known !== undefined && known.version >= document.version) return false;
    this.#rules.set(document.id, limitRule(document));
    return true;
  }

  #order(): void {
    this.#ordered = [...this.#rules.values()].sort((a, b) => (a.limit < b.limit ? -1 : 1));
    this.#asksProduct = this.#ordered.some(needsProduct);
  }

  get size(): number {
    return this.#rules.size;
  }

  all(): LimitRule[] {
    return [...this.#ordered];
  }

  /** Whether the product of each line must be known to find its rules. */
  get asksProduct(): boolean {
    return this.#asksProduct;
  }

  /** The product of each pool, if any rule asks for it. */
  async productsOf(lines: readonly { pool: string }[]): Promise<Map<string, string>> {
    const products = new Map<string, string>();
    if (!this.#asksProduct) return products;
    const pools = [...new Set(lines.map(({ pool }) => pool))];
    const documents = await this.#engine.documents(pools.map(poolDocumentId));
    documents.forEach((document, index) => {
      if (document !== undefined) products.set(pools[index]!, poolData(document).product);
    });
    return products;
  }

  /** The rules that cover at least one of the lines. */
  covering(
    lines: readonly { pool: string }[],
    products: ReadonlyMap<string, string> | undefined,
  ): readonly LimitRule[] {
    if (this.#rules.size === 0) return NONE;
    return this.#ordered.filter((rule) =>
      lines.some(({ pool }) => {
        const product = products?.get(pool);
        return covers(rule, product === undefined ? { pool } : { pool, product });
      }),
    );
  }
}

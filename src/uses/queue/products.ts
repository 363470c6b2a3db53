// Which product a pool is of, asked once: no pool becomes another product's. One that is not there is its own.

import type { Engine } from '../../engines/contract.ts';
import { poolDocumentId } from '../../kernel/accounts.ts';

/** No more are remembered. */
const KNOWN_MAX = 100_000;

export class Products {
  readonly #engine: Engine;
  readonly #known = new Map<string, string>();

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  of(pool: string): string | Promise<string> {
    return this.#known.get(pool) ?? this.#ask(pool);
  }

  async #ask(pool: string): Promise<string> {
    const [document] = await this.#engine.documents([poolDocumentId(pool)]);
    if (document === undefined) return pool;
    const { product = pool } = document.data as { product?: string };
    if (this.#known.size >= KNOWN_MAX) this.#known.clear();
    this.#known.set(pool, product);
    return product;
  }
}

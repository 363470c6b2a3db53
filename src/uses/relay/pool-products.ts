// Which product each pool is of, remembered: a pool never changes it. Reads only.

import type { Document, Engine, PoolId } from '../../engines/contract.ts';
import { poolDocumentId } from '../../kernel/accounts.ts';
import { poolData } from '../../kernel/pool.ts';

const REMEMBERED_MAX = 200_000;

export class PoolProducts {
  readonly #engine: Pick<Engine, 'documents'>;
  readonly #known = new Map<PoolId, string>();

  constructor(engine: Pick<Engine, 'documents'>) {
    this.#engine = engine;
  }

  /** Finds out about these, so that they can be asked for. */
  async learn(pools: Iterable<PoolId>): Promise<void> {
    if (this.#known.size > REMEMBERED_MAX) this.#known.clear();
    const unknown = [...new Set(pools)].filter((pool) => !this.#known.has(pool));
    if (unknown.length === 0) return;
    const found = await this.#engine.documents(unknown.map(poolDocumentId));
    for (const [index, document] of found.entries()) {
      this.#known.set(unknown[index]!, productOf(document) ?? unknown[index]!);
    }
  }

  /** A pool that nobody has made is its own product. */
  of(pool: PoolId): string {
    return this.#known.get(pool) ?? pool;
  }
}

function productOf(document: Document | undefined): string | undefined {
  return document === undefined ? undefined : poolData(document).product;
}

// What a crowd is shown of each sale: made once a second at most, and when the sale changes, however many ask. Looks
// at the store once for all who wait; who comes after that is answered without it. Knows no HTTP.

import { createHash } from 'node:crypto';
import type { PoolId } from '../../engines/contract.ts';
import type { Sale } from '../../kernel/sale.ts';
import { cacheControl } from './cache-control.ts';
import { nextChangeMs, type PublicStatus, publicStatus, showPublic } from './public-sale.ts';

/** What is left of an item is looked at again after it. */
const KEPT_MS = 1_000;

/** One form of it, with a tag that is its content's alone. */
export interface Form {
  readonly text: string;
  readonly tag: string;
}

export interface SaleCopy {
  readonly json: Form;
  readonly html: Form;
  readonly cacheControl: string;
}

export interface CopiesParts {
  /** What was heard of a sale last. */
  known(sale: string): Sale | undefined;
  nowMs(): number;
  /** What each pool has to sell. */
  available(pools: readonly PoolId[]): Promise<number[]>;
  /** The page of a sale. */
  page(sale: string, json: string): string;
}

interface Kept {
  readonly sale: Sale;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly copy: SaleCopy;
}

interface Look {
  readonly sale: Sale;
  readonly copy: Promise<SaleCopy>;
}

export class SaleCopies {
  readonly #parts: CopiesParts;
  readonly #kept = new Map<string, Kept>();
  readonly #looks = new Map<string, Look>();

  constructor(parts: CopiesParts) {
    this.#parts = parts;
  }

  /** Undefined where there is no sale that anybody may know of; nothing is looked up for that. */
  of(name: string): SaleCopy | Promise<SaleCopy> | undefined {
    const sale = this.#parts.known(name);
    if (sale === undefined) return undefined;
    const nowMs = this.#parts.nowMs();
    const kept = this.#kept.get(name);
    if (kept?.sale === sale && kept.fromMs <= nowMs && nowMs < kept.untilMs) return kept.copy;
    const status = publicStatus(sale, nowMs);
    if (status === undefined) return undefined;
    const look = this.#looks.get(name);
    // Who saw a change answered must not be shown what was looked at before it.
    if (look?.sale === sale) return look.copy;
    const copy = this.#look(sale, status, nowMs).finally(() => {
      if (this.#looks.get(name)?.copy === copy) this.#looks.delete(name);
    });
    this.#looks.set(name, { sale, copy });
    return copy;
  }

  async #look(sale: Sale, status: PublicStatus, nowMs: number): Promise<SaleCopy> {
    const pools = status === 'CLOSED' ? [] : sale.items.map(({ pool }) => pool);
    const available = pools.length === 0 ? [] : await this.#parts.available(pools);
    const changesMs = nextChangeMs(sale, status);
    const untilMs = Math.min(nowMs + KEPT_MS, changesMs ?? Number.POSITIVE_INFINITY);
    const text = JSON.stringify(showPublic(sale, status, available));
    const leftMs = changesMs === undefined ? undefined : changesMs - untilMs;
    const copy = { ...this.#formsOf(sale.sale, text), cacheControl: cacheControl(status, leftMs) };
    if (this.#parts.known(sale.sale) === sale) {
      this.#kept.set(sale.sale, { sale, fromMs: nowMs, untilMs, copy });
    }
    return copy;
  }

  #formsOf(name: string, text: string): Pick<SaleCopy, 'json' | 'html'> {
    const last = this.#kept.get(name)?.copy;
    if (last?.json.text === text) return last;
    return { json: form(text), html: form(this.#parts.page(name, text)) };
  }
}

function form(text: string): Form {
  return { text, tag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"` };
}

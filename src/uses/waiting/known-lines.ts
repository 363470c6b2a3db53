// Who waits for what, in order, as the journal tells it: to find whose turn it is without a search. May be
// a moment behind, and know one who has left; whoever acts on it plans on the latest document.

import type { Document, Engine, Entry } from '../../engines/contract.ts';
import { nameOf, ownerOf, poolOf } from '../../kernel/accounts.ts';
import { waiterData } from '../../kernel/waiter.ts';
import { eachNamed } from '../../stock/named-documents.ts';

const PAGE = 1_000;
/** Units that come there may be somebody's turn. */
const FILLED: ReadonlySet<string> = new Set(['offered', 'available']);

export class KnownLines {
  readonly #engine: Engine;
  /** Pools whose line is open. */
  readonly open = new Set<string>();
  readonly #waiting = new Map<string, Map<string, Document>>();
  readonly #last = new Map<string, string>();
  #stop: (() => void) | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** `changed` is told of pools whose line has something to do. */
  async start(changed: (pool: string) => void): Promise<void> {
    const needs = () => (this.open.size > 0 ? 'all' : 'named');
    this.#stop = this.#engine.follow((entries) => this.#follow(entries, changed), needs);
    await eachNamed(this.#engine, 'line', (document) => this.#takeLine(document));
    for (const pool of this.open) await this.load(pool);
  }

  stop(): void {
    this.#stop?.();
  }

  /** Finds who waits for a pool, and what came since the search's position. */
  async load(pool: string): Promise<void> {
    const found: Document[] = [];
    let asOf: number | undefined;
    let before: string | undefined;
    do {
      const query = { kind: 'waiter', owner: pool, states: ['WAITING'], limit: PAGE };
      const page = await this.#engine.find(before === undefined ? query : { ...query, before });
      asOf ??= page.asOf;
      found.push(...page.documents);
      before = page.documents.length === PAGE ? page.documents.at(-1)!.id : undefined;
    } while (before !== undefined);
    for (const document of found.reverse()) this.take(document);
    let after = asOf ?? 0;
    while (true) {
      const entries = await this.#engine.entries({ after, limit: PAGE });
      for (const { documents } of entries) for (const one of documents) this.take(one);
      if (entries.length < PAGE) return;
      after = entries.at(-1)!.position;
    }
  }

  /** Whose turn it is. */
  first(pool: string): string | undefined {
    return this.#waiting.get(pool)?.keys().next().value;
  }

  /** Those who are known to wait, in order. */
  inLine(pool: string): Document[] {
    return [...(this.#waiting.get(pool)?.values() ?? [])];
  }

  take(document: Document): void {
    if (document.kind !== 'waiter') return;
    const { pool } = waiterData(document);
    if (document.state !== 'WAITING') this.drop(pool, document.id);
    else this.#add(pool, document);
  }

  drop(pool: string, waiter: string): void {
    this.#waiting.get(pool)?.delete(waiter);
  }

  #follow(entries: readonly Entry[], changed: (pool: string) => void): void {
    for (const { documents, moves } of entries) {
      for (const document of documents) {
        this.#takeLine(document);
        this.take(document);
      }
      if (this.open.size === 0) continue;
      for (const { to } of moves) {
        if (FILLED.has(nameOf(to)) && this.open.has(ownerOf(to))) changed(ownerOf(to));
      }
      for (const document of documents) {
        if (document.kind === 'waiter') document.owners?.forEach(changed);
        // It may have closed.
        else if (document.kind === 'pool' && this.open.has(poolOf(document))) {
          changed(poolOf(document));
        }
      }
    }
  }

  #takeLine({ kind, id, state }: Document): void {
    if (kind !== 'line') return;
    const pool = id.slice('line:'.length);
    if (state === 'OPEN') this.open.add(pool);
    else this.open.delete(pool);
  }

  #add(pool: string, document: Document): void {
    const line = this.#waiting.get(pool) ?? new Map<string, Document>();
    line.set(document.id, document);
    this.#waiting.set(pool, line);
    const last = this.#last.get(pool) ?? '';
    if (last <= document.id) {
      this.#last.set(pool, document.id);
      return;
    }
    // Another server's, or read late.
    const ordered = [...line].sort(([a], [b]) => (a < b ? -1 : 1));
    this.#waiting.set(pool, new Map(ordered));
  }
}

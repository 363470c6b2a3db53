// Makes of an entry of the journal what is told of it: each event once under each product whose pools
// changed with it, so that every product's events are complete and in order. The document that the event
// is about goes with the first of them. Made from the journal alone, so that a repeat says the same.

import type { Engine, Entry, JsonObject, PoolId } from '../../engines/contract.ts';
import { nameOf, ownerOf } from '../../kernel/accounts.ts';
import type { EventFormat } from '../deliveries/event-bodies.ts';
import type { RelayedEvent } from './event-publisher.ts';
import { PoolProducts } from './pool-products.ts';
import { SubjectDocuments } from './subject-documents.ts';

/** How what is told looks outside. */
export interface RelayFormat extends EventFormat {
  /** An account's name: `in-transit` as `inTransit`. */
  account: (name: string) => string;
  /** The id of the schema of a type of event. */
  schema: (type: string) => string | undefined;
}

interface PoolChange {
  pool: PoolId;
  version: number;
  /** By account; what did not change is missing. */
  change: Record<string, number>;
}

/** A limit's accounts belong to a buyer, whose name begins so. */
const NO_POOL = '!';

export class EntryEvents {
  readonly #engine: Pick<Engine, 'documents'>;
  readonly #products: PoolProducts;
  readonly #format: RelayFormat;
  readonly #journal: string;

  constructor(parts: { engine: Pick<Engine, 'documents'>; format: RelayFormat; journal: string }) {
    this.#engine = parts.engine;
    this.#products = new PoolProducts(parts.engine);
    this.#format = parts.format;
    this.#journal = parts.journal;
  }

  /** In the order in which they must go. */
  async of(entries: readonly Entry[]): Promise<RelayedEvent[]> {
    const documents = await SubjectDocuments.of(this.#engine, entries);
    const first = entries.flatMap((entry) =>
      entry.events.flatMap(({ subject }) => documents.firstPool(entry, subject) ?? []),
    );
    await this.#products.learn([...entries.flatMap(touchedPools), ...first]);
    return entries.flatMap((entry) => this.#ofEntry(entry, documents));
  }

  #ofEntry(entry: Entry, documents: SubjectDocuments): RelayedEvent[] {
    if (entry.events.length === 0) return [];
    const changes = this.#changesByProduct(entry);
    return entry.events.flatMap((_, index) => this.#ofEvent(entry, index, { changes, documents }));
  }

  #ofEvent(
    entry: Entry,
    index: number,
    { changes, documents }: { changes: Map<string, PoolChange[]>; documents: SubjectDocuments },
  ): RelayedEvent[] {
    const { type, subject, data } = entry.events[index]!;
    const { instant, schema } = this.#format;
    const { position, atMs } = entry;
    const id = `${this.#journal}:${position}:${index}`;
    const place = { journal: this.#journal, position, index };
    const shown: JsonObject = { id, type, at: instant(atMs), subject, ...place };
    const headers: Record<string, string> = { id, type };
    const schemaId = schema(type);
    if (schemaId !== undefined) headers.schema = schemaId;
    const home = this.#homeOf(entry, subject, documents);
    const whole = {
      ...(data === undefined ? {} : { data }),
      ...this.#view(entry, index, documents),
    };
    const products = home === undefined ? [] : [home];
    for (const product of changes.keys()) if (product !== home) products.push(product);
    if (products.length === 0) {
      const value = JSON.stringify({ ...shown, home: true, pools: [], ...whole });
      return [{ key: subject, headers, value }];
    }
    return products.map((product, nth) => {
      const pools = changes.get(product) ?? [];
      const mine = { ...shown, product, home: nth === 0, pools, ...(nth === 0 ? whole : {}) };
      return { key: product, headers, value: JSON.stringify(mine) };
    });
  }

  /** The product under which everything about a subject is told. */
  #homeOf(entry: Entry, subject: string, documents: SubjectDocuments): string | undefined {
    const touched = touchedPools(entry);
    const pool = touched.includes(subject) ? subject : documents.firstPool(entry, subject);
    const home = pool ?? touched[0];
    return home === undefined ? undefined : this.#products.of(home);
  }

  #view(entry: Entry, index: number, documents: SubjectDocuments): object {
    const { subject } = entry.events[index]!;
    const document = entry.documents.find(({ id }) => id === subject);
    const view = document && this.#format.views[document.kind];
    if (document === undefined || view === undefined) return {};
    return { [document.kind]: view(document, documents.unitsOf(entry, document)) };
  }

  #changesByProduct(entry: Entry): Map<string, PoolChange[]> {
    const changes = new Map<PoolId, Record<string, number>>();
    const add = (account: string, quantity: number) => {
      const pool = ownerOf(account);
      if (pool.startsWith(NO_POOL) || quantity === 0) return;
      const change = changes.get(pool) ?? {};
      const name = this.#format.account(nameOf(account));
      change[name] = (change[name] ?? 0) + quantity;
      changes.set(pool, change);
    };
    for (const { from, to, quantity } of entry.moves) {
      add(from, -quantity);
      add(to, quantity);
    }
    const products = new Map<string, PoolChange[]>();
    for (const [pool, version] of entry.seqs) {
      if (pool.startsWith(NO_POOL)) continue;
      const product = this.#products.of(pool);
      const all = products.get(product) ?? [];
      all.push({ pool, version, change: changes.get(pool) ?? {} });
      products.set(product, all);
    }
    return products;
  }
}

function touchedPools({ seqs }: Entry): PoolId[] {
  return seqs.flatMap(([owner]) => (owner.startsWith(NO_POOL) ? [] : [owner]));
}

// The documents that events are about, and those that these name: an order's reservation, a payment's
// order. As their entry left them, or as they are now where it wrote none of them. Reads only.

import type { Document, DocumentId, Engine, Entry, PoolId } from '../../engines/contract.ts';

/** A payment names its order, which names its reservation. */
const STEPS = 2;

type Documents = Pick<Engine, 'documents'>;

interface Named {
  order?: DocumentId;
  reservation?: DocumentId;
  /** The reservation that a waiter is offered. */
  offer?: DocumentId;
  lines?: { pool: PoolId }[];
}

export class SubjectDocuments {
  readonly #now = new Map<DocumentId, Document | undefined>();

  /** With all that the events of these entries lead to. */
  static async of(engine: Documents, entries: readonly Entry[]): Promise<SubjectDocuments> {
    const documents = new SubjectDocuments();
    for (let step = 0; step < STEPS; step += 1) await documents.#load(engine, entries);
    return documents;
  }

  find(entry: Entry, id: DocumentId): Document | undefined {
    return entry.documents.find((document) => document.id === id) ?? this.#now.get(id);
  }

  /** The units that an order or an offer names. */
  unitsOf(entry: Entry, document: Document): Document | undefined {
    const next = nextOf(document);
    return next === undefined ? undefined : this.find(entry, next);
  }

  /** The first pool of what it is about: events of one subject have the same one. */
  firstPool(entry: Entry, subject: string): PoolId | undefined {
    let document = entry.documents.find(({ id }) => id === subject);
    for (let step = 0; step <= STEPS && document !== undefined; step += 1) {
      const pool = poolOf(document);
      const next = nextOf(document);
      if (pool !== undefined || next === undefined) return pool;
      document = this.find(entry, next);
    }
    return undefined;
  }

  async #load(engine: Documents, entries: readonly Entry[]): Promise<void> {
    const wanted = new Set<DocumentId>();
    for (const entry of entries) {
      for (const { subject } of entry.events) {
        let document = entry.documents.find(({ id }) => id === subject);
        while (document !== undefined) {
          const next = nextOf(document);
          document = next === undefined ? undefined : this.find(entry, next);
          if (next !== undefined && document === undefined) wanted.add(next);
        }
      }
    }
    const ids = [...wanted].filter((id) => !this.#now.has(id));
    if (ids.length === 0) return;
    const found = await engine.documents(ids);
    for (const [index, id] of ids.entries()) this.#now.set(id, found[index]);
  }
}

function nextOf({ kind, data }: Document): DocumentId | undefined {
  const { order, reservation, offer } = data as unknown as Named;
  if (kind === 'payment') return order;
  if (kind === 'waiter') return offer;
  return kind === 'order' ? reservation : undefined;
}

const FOUND_BY_POOL: ReadonlySet<string> = new Set(['reservation', 'return', 'waiter', 'lease']);

function poolOf({ kind, data, owners }: Document): PoolId | undefined {
  if (FOUND_BY_POOL.has(kind)) return owners?.[0];
  const { reservation, lines } = data as unknown as Named;
  // Its reservation says it better: lines are kept from before there is one.
  return kind === 'order' && reservation === undefined ? lines?.[0]?.pool : undefined;
}

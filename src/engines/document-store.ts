// Live documents in memory, by id. `DocumentMap` keeps them as they are; `PackedDocuments` keeps the
// many unnamed ones as text, which is a third of the memory and one object instead of fourteen for
// the garbage collector.

import type { Document, DocumentId } from './contract.ts';

export interface DocumentStore {
  readonly size: number;
  get(id: DocumentId): Document | undefined;
  set(document: Document): void;
  delete(id: DocumentId): void;
  /** The deadline, without reading the document; undefined for none or an undecided document. */
  deadlineMs(id: DocumentId): number | undefined;
}

export class DocumentMap implements DocumentStore {
  readonly #documents = new Map<DocumentId, Document>();

  get size(): number {
    return this.#documents.size;
  }

  get(id: DocumentId): Document | undefined {
    return this.#documents.get(id);
  }

  set(document: Document): void {
    this.#documents.set(document.id, document);
  }

  delete(id: DocumentId): void {
    this.#documents.delete(id);
  }

  deadlineMs(id: DocumentId): number | undefined {
    const document = this.#documents.get(id);
    return document?.tentative === true ? undefined : document?.deadlineMs;
  }

  values(): Iterable<Document> {
    return this.#documents.values();
  }
}

interface Packed {
  text: string;
  deadlineMs: number;
}

const NO_DEADLINE = -1;
/** Documents kept unpacked for the next question about them, which nearly always comes at once. */
const UNPACKED_MAX = 4_096;

const SHARDS = 256;

/**
 * A Map in many parts: one of a million entries stands still for hundreds of milliseconds when it
 * doubles. The part comes from the end of the id, which is random.
 */
class ShardedMap<V> {
  readonly #shards = Array.from({ length: SHARDS }, () => new Map<string, V>());
  size = 0;

  get(id: string): V | undefined {
    return this.#shard(id).get(id);
  }

  set(id: string, value: V): void {
    const shard = this.#shard(id);
    const before = shard.size;
    shard.set(id, value);
    this.size += shard.size - before;
  }

  delete(id: string): void {
    if (this.#shard(id).delete(id)) this.size -= 1;
  }

  #shard(id: string): Map<string, V> {
    const { length } = id;
    const mark = id.charCodeAt(length - 1) * 31 + id.charCodeAt(length - 2) * 7;
    // A shorter id makes NaN here, and 0 of it.
    return this.#shards[(mark + id.charCodeAt(length - 3)) & (SHARDS - 1)]!;
  }
}

export class PackedDocuments implements DocumentStore {
  readonly #packed = new ShardedMap<Packed>();
  readonly #named = new DocumentMap();
  readonly #unpacked = new Map<DocumentId, Document>();
  readonly #encode: (document: Document) => string;

  /** `encode` gives a document's text, perhaps one that was made before. */
  constructor(encode: (document: Document) => string = JSON.stringify) {
    this.#encode = encode;
  }

  get size(): number {
    return this.#packed.size + this.#named.size;
  }

  get(id: DocumentId): Document | undefined {
    // The few named ones first: a pool is asked for with every line.
    const named = this.#named.get(id);
    if (named !== undefined) return named;
    const packed = this.#packed.get(id);
    if (packed === undefined) return undefined;
    let document = this.#unpacked.get(id);
    if (document === undefined) {
      document = JSON.parse(packed.text) as Document;
      if (this.#unpacked.size >= UNPACKED_MAX) this.#unpacked.clear();
      this.#unpacked.set(id, document);
    }
    return document;
  }

  set(document: Document): void {
    const { id, kind, deadlineMs, tentative, version } = document;
    if (id.startsWith(`${kind}:`)) {
      this.#named.set(document);
      return;
    }
    if (version > 1) this.#unpacked.delete(id);
    const text = this.#encode(document);
    const due = tentative === true ? NO_DEADLINE : (deadlineMs ?? NO_DEADLINE);
    this.#packed.set(id, { text, deadlineMs: due });
  }

  delete(id: DocumentId): void {
    this.#packed.delete(id);
    this.#unpacked.delete(id);
  }

  deadlineMs(id: DocumentId): number | undefined {
    const packed = this.#packed.get(id);
    if (packed === undefined) return this.#named.deadlineMs(id);
    return packed.deadlineMs === NO_DEADLINE ? undefined : packed.deadlineMs;
  }
}

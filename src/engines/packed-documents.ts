// Live documents as text outside the garbage collector's heap: about 300 bytes each with all that
// finds them, where a Map of objects took 1,500. The few with names, pools and limits, are asked for
// with every line and stay objects.

import { ByteWriter } from './byte-writer.ts';
import type { Document, DocumentId } from './contract.ts';
import {
  type DocumentBytes,
  type DocumentStore,
  dueAtMs,
  type Handle,
  isNamed,
} from './document-store.ts';
import { decodeDocument, writeDocument } from './document-text.ts';
import { IdIndex } from './id-index.ts';
import { RecentDocuments } from './recent-documents.ts';
import { TextSlab } from './text-slab.ts';

const NEVER = Number.POSITIVE_INFINITY;
const GONE = Number.NaN;
const SLOTS_FIRST = 1_024;

export class PackedDocuments implements DocumentStore {
  readonly #slab = new TextSlab();
  readonly #out = new ByteWriter();
  readonly #index = new IdIndex((slot, id) => this.#isAt(slot, id));
  readonly #named = new Map<DocumentId, { handle: Handle; document: Document }>();
  readonly #namesOf = new Map<Handle, DocumentId>();
  readonly #recent = new RecentDocuments();
  readonly #free: Handle[] = [];
  #places = new Float64Array(SLOTS_FIRST);
  #sizes = new Uint32Array(SLOTS_FIRST);
  #versions = new Uint32Array(SLOTS_FIRST);
  #deadlines = new Float64Array(SLOTS_FIRST);
  /** Fingerprints of ids: who leaves is not unpacked for its id, and not searched for. */
  #prints = new Float64Array(SLOTS_FIRST);
  #slots = 0;

  get size(): number {
    return this.#slots - this.#free.length;
  }

  get(id: DocumentId): Document | undefined {
    const named = this.#named.get(id);
    if (named !== undefined) return named.document;
    const recent = this.#recent.get(id);
    if (recent !== undefined) return recent.document;
    const handle = this.#index.get(id);
    return handle < 0 ? undefined : this.#unpack(handle);
  }

  at(handle: Handle): Document | undefined {
    const name = this.#namesOf.get(handle);
    if (name !== undefined) return this.#named.get(name)!.document;
    return Number.isNaN(this.#deadlines[handle]) ? undefined : this.#unpack(handle);
  }

  set(document: Document, written?: DocumentBytes): Handle {
    if (isNamed(document)) return this.#setNamed(document);
    const text = written ?? this.#written(document);
    const { id, version } = document;
    let slot = version === 1 ? -1 : this.#slotOf(document);
    if (slot < 0) {
      slot = this.#newSlot();
      this.#prints[slot] = this.#index.add(id, slot);
      this.#places[slot] = this.#slab.put(text);
    } else this.#replace(slot, text);
    this.#sizes[slot] = text.end - text.start;
    this.#versions[slot] = version;
    this.#deadlines[slot] = dueAtMs(document) ?? NEVER;
    return slot;
  }

  delete(slot: Handle, version: number): void {
    if (this.#versions[slot] !== version || Number.isNaN(this.#deadlines[slot])) return;
    this.#index.delete(this.#prints[slot]!, slot);
    this.#slab.free(this.#places[slot]!, this.#sizes[slot]!);
    this.#deadlines[slot] = GONE;
    this.#free.push(slot);
  }

  // A handle that was used again may have the deadline that an index remembers for the one before it.
  // Then what it names is due at that time too, and whoever asks frees one document more.
  deadlineMs(handle: Handle): number | undefined {
    const deadlineMs = this.#deadlines[handle]!;
    return deadlineMs < NEVER ? deadlineMs : undefined;
  }

  idOf(handle: Handle): DocumentId {
    return this.at(handle)?.id ?? '';
  }

  /** What is final is not kept as recent: it may leave at any time. */
  #unpack(handle: Handle): Document {
    const document = this.#read(handle);
    if (document.final !== true) this.#recent.put({ handle, document });
    return document;
  }

  #read(handle: Handle): Document {
    return decodeDocument(this.#slab.get(this.#places[handle]!, this.#sizes[handle]!));
  }

  /**
   * Where the version before stands. It was mostly read to plan this one, and need not be looked up;
   * what is final now is not asked for again, and would only be copied by collections.
   */
  #slotOf(document: Document): number {
    const recent = this.#recent.get(document.id);
    if (recent === undefined) return this.#index.get(document.id);
    if (document.final === true) this.#recent.forget(document.id);
    else recent.document = document;
    return recent.handle;
  }

  #setNamed(document: Document): Handle {
    const { id } = document;
    let kept = this.#named.get(id);
    if (kept === undefined) {
      kept = { handle: this.#newSlot(), document };
      this.#named.set(id, kept);
      this.#namesOf.set(kept.handle, id);
    }
    kept.document = document;
    // No version of one that leaves.
    this.#versions[kept.handle] = 0;
    this.#deadlines[kept.handle] = dueAtMs(document) ?? NEVER;
    return kept.handle;
  }

  #replace(slot: number, text: DocumentBytes): void {
    const place = this.#places[slot]!;
    const before = this.#sizes[slot]!;
    if (TextSlab.fits(before, text.end - text.start)) {
      this.#slab.replace(place, text);
      return;
    }
    this.#slab.free(place, before);
    this.#places[slot] = this.#slab.put(text);
  }

  #written(document: Document): DocumentBytes {
    this.#out.clear();
    writeDocument(this.#out, document);
    return { bytes: this.#out.bytes, start: 0, end: this.#out.length };
  }

  #isAt(slot: number, id: DocumentId): boolean {
    const is = this.#slab.hasName(this.#places[slot]! + TEXT_BEFORE_ID, id);
    return is ?? this.#read(slot).id === id;
  }

  #newSlot(): Handle {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#slots === this.#places.length) this.#grow();
    this.#slots += 1;
    return this.#slots - 1;
  }

  #grow(): void {
    const length = this.#slots * 2;
    const [places, sizes, versions] = [this.#places, this.#sizes, this.#versions];
    const [deadlines, prints] = [this.#deadlines, this.#prints];
    this.#places = new Float64Array(length);
    this.#sizes = new Uint32Array(length);
    this.#versions = new Uint32Array(length);
    this.#deadlines = new Float64Array(length);
    this.#prints = new Float64Array(length);
    this.#places.set(places);
    this.#sizes.set(sizes);
    this.#versions.set(versions);
    this.#deadlines.set(deadlines);
    this.#prints.set(prints);
  }
}

/** A document's text starts with `["`, then its id. */
const TEXT_BEFORE_ID = 2;

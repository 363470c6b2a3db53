// A binary heap of (deadline, document id), earliest first and of one moment by id, so that what comes
// of it does not depend on the order in which it was filled. Entries are never looked for: one that
// no longer holds is dropped when it comes up, and all such are swept out when they outnumber the
// others. Deadlines mostly arrive in order, so that a push rarely climbs.

import type { DocumentId } from './contract.ts';
import type { DocumentStore, Handle } from './document-store.ts';
import { idTime, idWithinTime, UNKNOWN } from './id-order.ts';

/** What a heap asks about the documents in it. */
export type HeapDocuments = Pick<DocumentStore, 'deadlineMs' | 'idOf'>;

interface DueAsked {
  dueMs: number;
  limit: number;
  holds?: (handle: Handle) => boolean;
}

/** Numbers of an entry: its deadline, the order of its id, its handle. */
const WIDTH = 4;

// One list of doubles instead of objects: nothing for the garbage collector to look at.
export class DeadlineHeap {
  readonly #documents: HeapDocuments;
  readonly #entries: number[] = [];
  #stale = 0;

  constructor(documents: HeapDocuments) {
    this.#documents = documents;
  }

  get size(): number {
    return this.#entries.length / WIDTH;
  }

  push(deadlineMs: number, handle: Handle, id: DocumentId): void {
    const time = idTime(id);
    this.#entries.push(deadlineMs, time, idWithinTime(id, time), handle);
    this.#climb(this.size - 1);
  }

  /** Notes that one entry no longer holds; sweeps when half of them do not. */
  forget(): void {
    this.#stale += 1;
    const { size } = this;
    if (this.#stale < Math.min(64, size) || this.#stale * 2 < size) return;
    this.#sweep();
  }

  /** The earliest deadline that still holds. */
  earliest(): number | undefined {
    while (this.#entries.length > 0) {
      if (this.#holds(0)) return this.#entries[0]!;
      this.#pop();
      this.#stale = Math.max(0, this.#stale - 1);
    }
    return undefined;
  }

  /**
   * Up to `limit` handles with deadlines up to `dueMs`, earliest first. They stay in the heap: it is
   * walked from the top, because taking them out and putting them back was half of a sweep. Only those
   * for which `holds` answers true.
   */
  due({ dueMs, limit, holds }: DueAsked): Handle[] {
    const found: Handle[] = [];
    const deadlineMs = this.earliest();
    if (deadlineMs === undefined || deadlineMs > dueMs) return found;
    // The same document may stand here twice with one deadline.
    const seen = new Set<Handle>();
    // Places whose parents were all looked at, the one to look at next behind.
    const edge = [0];
    while (found.length < limit && edge.length > 0) {
      const at = edge.pop()!;
      if (this.#entries[at * WIDTH]! > dueMs) break;
      const handle = this.#handle(at);
      const isNew = this.#isOwn(at) && seen.size < seen.add(handle).size;
      if (isNew && holds?.(handle) !== false) found.push(handle);
      for (let child = 2 * at + 1; child <= 2 * at + 2 && child < this.size; child += 1) {
        this.#insert(edge, child);
      }
    }
    return found;
  }

  /** Puts a place among others, the latest first. */
  #insert(edge: number[], at: number): void {
    let low = 0;
    let high = edge.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#isBefore(at, edge[middle]!)) low = middle + 1;
      else high = middle;
    }
    edge.splice(low, 0, at);
  }

  #handle(at: number): Handle {
    return this.#entries[at * WIDTH + 3]!;
  }

  #holds(at: number): boolean {
    return this.#documents.deadlineMs(this.#handle(at)) === this.#entries[at * WIDTH];
  }

  /** And not of another one that had the handle before, with the same deadline: it may stand elsewhere by its id. */
  #isOwn(at: number): boolean {
    if (!this.#holds(at)) return false;
    const id = this.#documents.idOf(this.#handle(at));
    const time = idTime(id);
    return (
      this.#entries[at * WIDTH + 1] === time &&
      this.#entries[at * WIDTH + 2] === idWithinTime(id, time)
    );
  }

  #sweep(): void {
    const expected = this.size - this.#stale;
    this.#keep((at) => this.#holds(at));
    // Fewer went than were forgotten: some stand here more than once with a deadline that holds.
    if (this.size > expected) {
      const seen = new Set<Handle>();
      this.#keep((at) => this.#isOwn(at) && seen.size < seen.add(this.#handle(at)).size);
    }
    this.#stale = 0;
    for (let at = (this.size >> 1) - 1; at >= 0; at -= 1) this.#sink(at);
  }

  #keep(stays: (at: number) => boolean): void {
    const { size } = this;
    let kept = 0;
    for (let at = 0; at < size; at += 1) {
      if (!stays(at)) continue;
      this.#entries.copyWithin(kept * WIDTH, at * WIDTH, (at + 1) * WIDTH);
      kept += 1;
    }
    this.#entries.length = kept * WIDTH;
  }

  #pop(): void {
    const last = this.#entries.length - WIDTH;
    for (let offset = 0; offset < WIDTH; offset += 1) {
      this.#entries[offset] = this.#entries[last + offset]!;
    }
    this.#entries.length = last;
    if (last > WIDTH) this.#sink(0);
  }

  #climb(start: number): void {
    let at = start;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(at, parent)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #sink(start: number): void {
    const { size } = this;
    let at = start;
    while (true) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && this.#isBefore(child + 1, child)) child += 1;
      if (!this.#isBefore(child, at)) break;
      this.#swap(at, child);
      at = child;
    }
  }

  /** Earlier, or of one moment with the lower id. */
  #isBefore(one: number, other: number): boolean {
    const entries = this.#entries;
    const a = one * WIDTH;
    const b = other * WIDTH;
    if (entries[a] !== entries[b]) return entries[a]! < entries[b]!;
    const time = entries[a + 1]!;
    const otherTime = entries[b + 1]!;
    if (time !== UNKNOWN && otherTime !== UNKNOWN && time >= 0 === otherTime >= 0) {
      if (time !== otherTime) return time < otherTime;
      const within = entries[a + 2]!;
      const otherWithin = entries[b + 2]!;
      if (within !== otherWithin && within >= 0 && otherWithin >= 0) return within < otherWithin;
    }
    // Only ids that numbers do not tell apart are read.
    const documents = this.#documents;
    return documents.idOf(this.#handle(one)) < documents.idOf(this.#handle(other));
  }

  #swap(one: number, other: number): void {
    const entries = this.#entries;
    for (let offset = 0; offset < WIDTH; offset += 1) {
      const kept = entries[one * WIDTH + offset]!;
      entries[one * WIDTH + offset] = entries[other * WIDTH + offset]!;
      entries[other * WIDTH + offset] = kept;
    }
  }
}

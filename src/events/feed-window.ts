// What changed within a stretch of the journal: each pool and each reservation once, however often it
// changed. Keeps the latest version of a reservation; of a pool only its name, because whoever is told
// of it gets its balances as they are then.

import type { Document, Entry } from '../engines/contract.ts';
import { wholePool } from '../kernel/segments.ts';

export interface ChangedReservation {
  /** The latest version. */
  document: Document;
  position: number;
  /** The pools that it has, or had, to do with. */
  pools: ReadonlySet<string>;
  /** Written out when the first reader wants it. */
  text?: string;
}

export class FeedWindow {
  /** Holds all changes after this position, up to and with `to`. */
  readonly from: number;
  to: number;
  atMs = 0;
  readonly pools = new Set<string>();
  readonly reservations = new Map<string, ChangedReservation>();
  #byPool: Map<string, ChangedReservation[]> | undefined;

  constructor(from: number) {
    this.from = from;
    this.to = from;
  }

  /** How much memory it takes, in things that changed. */
  get size(): number {
    return this.pools.size + this.reservations.size;
  }

  take(entry: Entry): void {
    this.to = entry.position;
    this.atMs = entry.atMs;
    for (const [owner] of entry.seqs) if (!owner.startsWith('!')) this.pools.add(wholePool(owner));
    for (const document of entry.documents) {
      if (document.kind !== 'reservation') continue;
      const pools = new Set(document.owners);
      for (const [owner] of entry.seqs) pools.add(wholePool(owner));
      this.#put({ document, position: entry.position, pools });
    }
  }

  /** Takes over a window that follows this one. */
  append(next: FeedWindow): void {
    this.to = next.to;
    this.atMs = next.atMs;
    for (const pool of next.pools) this.pools.add(pool);
    for (const changed of next.reservations.values()) this.#put(changed);
  }

  /** The reservations that have to do with one of the pools, in the order in which they changed. */
  reservationsOf(pools: ReadonlySet<string>): ChangedReservation[] {
    this.#byPool ??= this.#index();
    const found = new Set<ChangedReservation>();
    for (const pool of pools) {
      for (const changed of this.#byPool.get(pool) ?? []) found.add(changed);
    }
    return [...found].sort((a, b) => a.position - b.position);
  }

  #put(changed: ChangedReservation): void {
    const { id } = changed.document;
    const before = this.reservations.get(id);
    if (before === undefined) {
      this.reservations.set(id, changed);
      return;
    }
    // Last in the order, and still of interest to those who watch a pool that it has left.
    this.reservations.delete(id);
    const pools = new Set([...before.pools, ...changed.pools]);
    this.reservations.set(id, { ...changed, pools });
  }

  #index(): Map<string, ChangedReservation[]> {
    const byPool = new Map<string, ChangedReservation[]>();
    for (const changed of this.reservations.values()) {
      for (const pool of changed.pools) {
        const list = byPool.get(pool);
        if (list === undefined) byPool.set(pool, [changed]);
        else list.push(changed);
      }
    }
    return byPool;
  }
}

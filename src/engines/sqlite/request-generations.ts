// Which closed generations of requests are still needed: one whose documents have all been final for a
// day is not. Decided as the entries are taken, by their times alone, so that tables that are made
// again come out the same.

import type { DatabaseSync } from 'node:sqlite';
import type { Document } from '../contract.ts';
import { isAskedFor } from '../document-store.ts';
import { meta, setMeta } from './files.ts';

/** A request is remembered for so long after its document is final. */
const KEPT_MS = 86_400_000;

interface Generation {
  index: number;
  /** The time of its last entry. */
  newestMs: number;
  /** Documents created in it that are not final. */
  live: number;
  /** When no document was live any more that any of its requests may have written. */
  settledMs?: number;
}

interface Kept {
  /** Oldest first. */
  closed: Generation[];
  /** Live documents that were created since. */
  live: number;
}

const KEY = 'request_generations';

/** The first closed generation that is kept; undefined when none is. */
export function firstKept(tables: DatabaseSync): number | undefined {
  return read(tables).closed[0]?.index;
}

function read(tables: DatabaseSync): Kept {
  const text = meta(tables, KEY);
  return text === undefined ? { closed: [], live: 0 } : JSON.parse(String(text));
}

export class RequestGenerations {
  readonly #tables: DatabaseSync;
  readonly #kept: Kept;

  constructor(tables: DatabaseSync) {
    this.#tables = tables;
    this.#kept = read(tables);
  }

  /**
   * A document has become live (1) or final (-1). It counts where it was created: whatever request
   * wrote it is of that generation or a later one.
   */
  changed(document: Document, by: -1 | 0 | 1): void {
    if (by === 0 || !isAskedFor(document)) return;
    const { createdAtMs } = document;
    const holds = (each: Generation) =>
      each.settledMs === undefined && each.newestMs >= createdAtMs;
    const generation = this.#kept.closed.find(holds) ?? this.#kept;
    generation.live += by;
  }

  /** A generation is full; the ones that are not needed any more. */
  close(index: number, atMs: number): number[] {
    const { closed, live } = this.#kept;
    closed.push({ index, newestMs: atMs, live });
    this.#kept.live = 0;
    for (const generation of closed) {
      if (generation.live > 0) break;
      generation.settledMs ??= atMs;
    }
    const old = closed.filter(({ settledMs }) => (settledMs ?? atMs) + KEPT_MS <= atMs);
    closed.splice(0, old.length);
    return old.map((generation) => generation.index);
  }

  /** Call before the transaction ends. */
  flush(): void {
    setMeta(this.#tables, KEY, JSON.stringify(this.#kept));
  }
}

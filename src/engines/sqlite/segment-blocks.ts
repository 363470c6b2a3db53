// The writer's side of blocks: a segment's documents in blocks of consecutive ids, what is known of
// each (block-facts.ts), and, while the segment is open, a filter of its keys (key-filter.ts). Costs a
// fraction of a microsecond a document, where an index kept up row by row costs several.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Document } from '../contract.ts';
import { BlockFacts, partOf, StateNumbers } from './block-facts.ts';
import { meta, setMeta } from './files.ts';
import { addKeys, addOwners, FILTER_BYTES } from './key-filter.ts';
import { blobSum, type DocumentColumns, damagedTables, sumOf } from './row-sums.ts';
import { checkFacts, checkKeys, checkStart } from './tables-check.ts';

/** Documents in a block, but for those that come late (tests set fewer). Read in some 20 µs. */
const BLOCK_ROWS_MAX = Number(process.env.HOLDFAST_BLOCK_ROWS ?? 128);

/** What all segments share. */
export class BlockTables {
  readonly tables: DatabaseSync;
  readonly states: StateNumbers;
  readonly putStart: StatementSync;
  readonly putFacts: StatementSync;
  readonly putKeys: StatementSync;

  constructor(tables: DatabaseSync) {
    this.tables = tables;
    this.states = new StateNumbers(meta(tables, 'states') as string | undefined);
    this.putStart = tables.prepare('INSERT INTO block_start VALUES (?, ?, ?, ?)');
    this.putFacts = tables.prepare('INSERT OR REPLACE INTO block_facts VALUES (?, ?, ?, ?)');
    this.putKeys = tables.prepare('INSERT OR REPLACE INTO block_keys VALUES (?, ?, ?, ?)');
  }

  flush(): void {
    if (this.states.grown) setMeta(this.tables, 'states', this.states.text);
    this.states.grown = false;
  }
}

export class SegmentBlocks {
  readonly #shared: BlockTables;
  readonly #n: number;
  readonly #starts: string[] = [];
  readonly #facts: BlockFacts;
  /** Of an open segment: a filter for each block. */
  #filters: Uint8Array[] | undefined;
  readonly #dirtyFilters = new Set<number>();
  readonly #dirtyParts = new Set<number>();
  /** The block that was found last. */
  #found = 0;
  #lastId = '';
  /** Documents in the last block. */
  #lastRows = 0;

  constructor(shared: BlockTables, { n, closed }: { n: number; closed: boolean }) {
    this.#shared = shared;
    this.#n = n;
    const { tables } = shared;
    const rows = tables.prepare('SELECT * FROM block_start WHERE n = ? ORDER BY block').all(n);
    for (const row of rows) {
      checkStart(row);
      this.#starts.push(String(row.start_id));
    }
    const facts = tables.prepare('SELECT * FROM block_facts WHERE n = ? ORDER BY part').all(n);
    for (const part of facts) checkFacts(part);
    this.#facts = new BlockFacts(facts.map((part) => part.body as Uint8Array));
    if (this.#facts.count !== this.#starts.length) throw damagedTables(`blocks of segment ${n}`);
    if (!closed) this.#filters = this.#readFilters();
    const start = this.#starts.at(-1);
    if (start === undefined) return;
    const last = tables
      .prepare(`SELECT max(id) AS id, count(*) AS rows FROM document_${n} WHERE id >= ?`)
      .get(start);
    this.#lastId = String(last?.id);
    this.#lastRows = Number(last?.rows);
  }

  /** A row that was not there before. */
  insert(document: Document, { id, kind, state, final, due }: DocumentColumns): void {
    const number = this.#shared.states.of(kind, state);
    const block = this.#blockForNew(id);
    if (final === 1) this.#facts.isFinal(block, number, false);
    else this.#facts.lives(block, number, { due, isNew: true });
    const filter = this.#filters?.[block];
    if (filter !== undefined && addKeys(filter, document)) this.#dirtyFilters.add(block);
    this.#dirtyParts.add(partOf(block));
  }

  /** A row that is there has a new version; `lived`: it was live before. */
  update(document: Document, columns: DocumentColumns, lived: boolean): void {
    const { id, kind, state, final, due } = columns;
    const number = this.#shared.states.of(kind, state);
    const block = this.#blockOf(id);
    if (final === 1) this.#facts.isFinal(block, number, lived);
    else this.#facts.lives(block, number, { due, isNew: !lived });
    // Buyer and reference stay as they are.
    const filter = this.#filters?.[block];
    if (filter !== undefined && addOwners(filter, document)) this.#dirtyFilters.add(block);
    this.#dirtyParts.add(partOf(block));
  }

  /** Indexes stand where the filters stood. */
  close(): void {
    this.#filters = undefined;
    this.#dirtyFilters.clear();
    this.#shared.tables.prepare('DELETE FROM block_keys WHERE n = ?').run(this.#n);
  }

  flush(): void {
    for (const part of this.#dirtyParts) {
      const bytes = this.#facts.part(part);
      this.#shared.putFacts.run(this.#n, part, bytes, blobSum(`${this.#n} ${part}`, bytes));
    }
    this.#dirtyParts.clear();
    for (const block of this.#dirtyFilters) {
      const filter = this.#filters![block]!;
      this.#shared.putKeys.run(this.#n, block, filter, blobSum(`${this.#n} ${block}`, filter));
    }
    this.#dirtyFilters.clear();
  }

  #blockForNew(id: string): number {
    const last = this.#starts.length - 1;
    if (last >= 0 && id <= this.#lastId) {
      const block = this.#blockOf(id);
      if (block === last) this.#lastRows += 1;
      return block;
    }
    this.#lastId = id;
    if (last >= 0 && this.#lastRows < BLOCK_ROWS_MAX) {
      this.#lastRows += 1;
      return last;
    }
    this.#lastRows = 1;
    return this.#begin(last < 0 ? '' : id);
  }

  #begin(start: string): number {
    const block = this.#starts.push(start) - 1;
    this.#facts.add();
    this.#filters?.push(new Uint8Array(FILTER_BYTES));
    this.#shared.putStart.run(this.#n, block, start, sumOf(this.#n, block, start));
    return block;
  }

  #blockOf(id: string): number {
    const starts = this.#starts;
    // Documents are often changed in the order in which they were made.
    if (this.#isIn(this.#found, id)) return this.#found;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (id < starts[middle]!) high = middle - 1;
      else low = middle;
    }
    this.#found = low;
    return low;
  }

  #isIn(block: number, id: string): boolean {
    const next = this.#starts[block + 1];
    return id >= this.#starts[block]! && (next === undefined || id < next);
  }

  #readFilters(): Uint8Array[] {
    const filters: Uint8Array[] = this.#starts.map(() => new Uint8Array(FILTER_BYTES).fill(0xff));
    const rows = this.#shared.tables.prepare('SELECT * FROM block_keys WHERE n = ?').all(this.#n);
    for (const row of rows) {
      checkKeys(row);
      filters[Number(row.block)] = row.body as Uint8Array;
    }
    return filters;
  }
}

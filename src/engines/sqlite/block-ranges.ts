// The reader's side of blocks: the ranges of a segment's ids in which answers to a query may stand,
// newest first. Everything outside of them need not be looked at.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { DocumentQuery } from '../contract.ts';
import { type AskedStates, askedStates, BlockFacts, StateNumbers } from './block-facts.ts';
import { meta } from './files.ts';
import { hashesOf, mayHaveAll } from './key-filter.ts';
import { damagedTables } from './row-sums.ts';
import { checkFacts, checkKeys, checkStart } from './tables-check.ts';

/** Ids from `from` on, and below `below` where it is given. */
export interface IdRange {
  from: string;
  below: string | undefined;
}

export interface SearchedSegment {
  n: number;
  closed: boolean;
  rows: number;
}

/** Neighbours that are one range: those behind are not looked at before they are needed. */
const RUN_MAX = 64;
/** Looks that are remembered, some 100 bytes each. */
const LOOKS_MAX = 100_000;

/** The first deadline among a block's living documents, found by looking at them all. */
interface Look {
  livingSince: string;
  dueMs: number;
}

type MayAnswer = (block: number) => boolean;

export class BlockRanges {
  readonly #tables: DatabaseSync;
  readonly #start: StatementSync;
  readonly #facts: StatementSync;
  readonly #keys: StatementSync;
  readonly #looks = new Map<string, Look>();

  constructor(tables: DatabaseSync) {
    this.#tables = tables;
    this.#start = tables.prepare('SELECT * FROM block_start WHERE n = ? AND block = ?');
    this.#facts = tables.prepare('SELECT * FROM block_facts WHERE n = ? ORDER BY part');
    this.#keys = tables.prepare('SELECT * FROM block_keys WHERE n = ?');
  }

  /** For one query: what it asks of each segment. Call while a transaction is open. */
  of(query: DocumentQuery): (segment: SearchedSegment) => Iterable<IdRange> {
    const numbers = new StateNumbers(meta(this.#tables, 'states') as string | undefined);
    const asked = askedStates(query, numbers);
    const hashes = hashesOf(query);
    const { before } = query;
    return ({ n, closed, rows }) => {
      if (rows === 0) return [];
      const filtered = !closed && hashes.length > 0;
      if (asked === undefined && !filtered) return [{ from: '', below: before }];
      const facts = this.#factsOf(n);
      const hasKeys = filtered ? this.#hasKeys(n, hashes) : () => true;
      const inState: MayAnswer =
        asked === undefined ? () => true : (block) => this.#inState({ n, facts }, block, asked);
      const may: MayAnswer = (block) => hasKeys(block) && inState(block);
      return this.#ranges(n, { before, count: facts.count, may });
    };
  }

  #factsOf(n: number): BlockFacts {
    const parts = this.#facts.all(n);
    for (const part of parts) checkFacts(part);
    const facts = new BlockFacts(parts.map((part) => part.body as Uint8Array));
    const whole = parts.every(({ part }, index) => part === index) && facts.count > 0;
    // A block more would have a start.
    if (whole && this.#start.get(n, facts.count) === undefined) return facts;
    throw damagedTables(`the facts of segment ${n} are missing`);
  }

  #hasKeys(n: number, hashes: readonly number[]): MayAnswer {
    const denied = new Set<number>();
    for (const row of this.#keys.iterate(n)) {
      checkKeys(row);
      if (!mayHaveAll(row.body as Uint8Array, hashes)) denied.add(Number(row.block));
    }
    return (block) => !denied.has(block);
  }

  #inState(
    { n, facts }: { n: number; facts: BlockFacts },
    block: number,
    asked: AskedStates,
  ): boolean {
    if (facts.mayBeIn(block, asked)) return true;
    return facts.mayBeDue(block, asked) && this.#firstDueMs(n, block, facts) <= asked.due!.dueMs;
  }

  // A block knows the first deadline that it ever had. Where that has passed while others live on, its
  // rows are looked at, once: a shop in which nothing expires would read them all for each list.
  #firstDueMs(n: number, block: number, facts: BlockFacts): number {
    const place = `${n} ${block}`;
    const livingSince = facts.livingSince(block);
    const known = this.#looks.get(place);
    if (known?.livingSince === livingSince) return known.dueMs;
    const from = this.#startOf(n, block);
    const below = block + 1 < facts.count ? this.#startOf(n, block + 1) : null;
    const row = this.#tables
      .prepare(`SELECT min(due) AS due FROM document_${n} WHERE id >= ? AND (id < ? OR ? IS NULL)`)
      .get(from, below, below);
    const dueMs = Number(row?.due ?? Number.POSITIVE_INFINITY);
    if (this.#looks.size >= LOOKS_MAX) this.#looks.clear();
    this.#looks.set(place, { livingSince, dueMs });
    return dueMs;
  }

  *#ranges(
    n: number,
    { before, count, may }: { before: string | undefined; count: number; may: MayAnswer },
  ): Generator<IdRange> {
    let high = count - 1;
    while (high >= 0) {
      if (!may(high)) {
        high -= 1;
        continue;
      }
      let low = high;
      while (low > 0 && high - low < RUN_MAX && may(low - 1)) low -= 1;
      const from = this.#startOf(n, low);
      if (before === undefined || from < before) {
        const end = high + 1 < count ? this.#startOf(n, high + 1) : undefined;
        const below = before === undefined || (end !== undefined && end < before) ? end : before;
        yield { from, below };
      }
      high = low - 1;
    }
  }

  #startOf(n: number, block: number): string {
    const row = this.#start.get(n, block);
    if (row === undefined) throw damagedTables(`block ${block} of segment ${n} is missing`);
    checkStart(row);
    return String(row.start_id);
  }
}

// Searches documents in the tables, newest segment first. Closed segments answer by their indexes; of
// the open one, and of all where a state is asked for, only the blocks are read in which an answer may
// be (block-ranges.ts).

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Document, DocumentPage, DocumentQuery } from '../contract.ts';
import { decodeDocument } from '../document-text.ts';
import { BlockRanges, type IdRange, type SearchedSegment } from './block-ranges.ts';
import { meta } from './files.ts';
import { checkDocument } from './tables-check.ts';

/** Statements at hand; beyond it they are made again. One costs some 5 KB, making it 30 µs. */
const STATEMENTS_MAX = 1_024;

type Value = string | number;

export class DocumentSearch {
  readonly #tables: DatabaseSync;
  readonly #segments: StatementSync;
  readonly #ranges: BlockRanges;
  readonly #statements = new Map<string, StatementSync>();

  constructor(tables: DatabaseSync) {
    this.#tables = tables;
    this.#segments = tables.prepare(
      'SELECT n, closed, rows FROM segment WHERE start_id < ? OR ? IS NULL ORDER BY n DESC',
    );
    this.#ranges = new BlockRanges(tables);
  }

  find(query: DocumentQuery): DocumentPage {
    const tables = this.#tables;
    tables.exec('BEGIN');
    try {
      const documents: Document[] = [];
      const rangesIn = this.#ranges.of(query);
      const before = query.before ?? null;
      for (const row of this.#segments.all(before, before)) {
        const segment = { n: Number(row.n), closed: row.closed === 1, rows: Number(row.rows) };
        if (documents.length >= query.limit) break;
        for (const range of rangesIn(segment)) {
          this.#addFrom(segment, { query, range, documents });
          if (documents.length >= query.limit) break;
        }
      }
      return { documents, asOf: Number(meta(tables, 'position') ?? 0) };
    } finally {
      tables.exec('COMMIT');
    }
  }

  #addFrom(
    segment: SearchedSegment,
    { query, range, documents }: { query: DocumentQuery; range: IdRange; documents: Document[] },
  ): void {
    const limit = query.limit - documents.length;
    const { sql, values } = statement(query, segment, range);
    for (const row of this.#prepared(sql).iterate(...values, limit)) {
      checkDocument(row);
      documents.push(decodeDocument(String(row.body)));
    }
  }

  #prepared(sql: string): StatementSync {
    let prepared = this.#statements.get(sql);
    if (prepared === undefined) {
      if (this.#statements.size >= STATEMENTS_MAX) this.#statements.clear();
      prepared = this.#tables.prepare(sql);
      this.#statements.set(sql, prepared);
    }
    return prepared;
  }
}

/** Of each field that a query may ask for: how a row is found to have it. */
function statement(
  query: DocumentQuery,
  { n, closed }: SearchedSegment,
  { from, below }: IdRange,
): { sql: string; values: Value[] } {
  const where: string[] = [];
  const values: Value[] = [];
  const add = (condition: string, ...more: Value[]) => {
    where.push(condition);
    values.push(...more);
  };
  const { kind, buyer, reference, owner, states, due } = query;
  // The owners' index is the last resort: a pool has more documents than a buyer.
  const byOwner = closed && owner !== undefined && buyer === undefined && reference === undefined;
  const id = byOwner ? 'o.id' : 'd.id';
  if (byOwner) add('o.owner = ?', owner);
  add(`${id} >= ?`, from);
  if (below !== undefined) add(`${id} < ?`, below);
  if (buyer !== undefined) add('d.buyer = ?', buyer);
  if (reference !== undefined) add('d.reference = ?', reference);
  if (owner !== undefined && !byOwner) {
    // Reading JSON is dear: most rows are told apart by their text.
    add('instr(d.owners, ?) > 0', JSON.stringify(owner));
    add('EXISTS (SELECT 1 FROM json_each(d.owners) WHERE value = ?)', owner);
  }
  add('d.kind = ?', kind);
  if (states !== undefined) {
    const inStates = `IN (${states.map(() => '?').join(', ')})`;
    if (due === undefined) add(`d.state ${inStates}`, ...states);
    else {
      const state = 'CASE WHEN d.due <= ? THEN ? ELSE d.state END';
      add(`${state} ${inStates}`, due.dueMs, due.state, ...states);
    }
  }
  const owners = byOwner ? `document_${n}_owner AS o CROSS JOIN ` : '';
  const join = byOwner ? ' ON d.id = o.id' : '';
  const sql = `SELECT d.* FROM ${owners}document_${n} AS d${join}
    WHERE ${where.join(' AND ')} ORDER BY ${id} DESC LIMIT ?`;
  return { sql, values };
}

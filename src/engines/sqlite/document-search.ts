// Searches documents in the tables, newest segment first. Closed segments answer by their indexes,
// the open one by a scan.

import type { DatabaseSync } from 'node:sqlite';
import type { Document, DocumentPage, DocumentQuery } from '../contract.ts';
import { DEADLINE_AT, decodeDocument, FLAGS_AT, TENTATIVE } from '../document-text.ts';
import { meta } from './files.ts';
import { checkDocument } from './tables-check.ts';

export class DocumentSearch {
  readonly #tables: DatabaseSync;

  constructor(tables: DatabaseSync) {
    this.#tables = tables;
  }

  find(query: DocumentQuery): DocumentPage {
    const tables = this.#tables;
    tables.exec('BEGIN');
    try {
      const documents: Document[] = [];
      const segments = tables.prepare('SELECT n, closed FROM segment ORDER BY n DESC').all();
      for (const { n, closed } of segments) {
        const limit = query.limit - documents.length;
        if (limit <= 0) break;
        const { sql, values } = statement(query, { n: Number(n), closed: closed === 1, limit });
        for (const row of tables.prepare(sql).iterate(...values)) {
          checkDocument(row);
          documents.push(decodeDocument(String(row.body)));
        }
      }
      return { documents, asOf: Number(meta(tables, 'position') ?? 0) };
    } finally {
      tables.exec('COMMIT');
    }
  }
}

const DUE = `json_extract(body, '$[${DEADLINE_AT}]') <= ?
  AND json_extract(body, '$[${FLAGS_AT}]') & ${TENTATIVE} = 0`;

function statement(
  query: DocumentQuery,
  segment: { n: number; closed: boolean; limit: number },
): { sql: string; values: (string | number)[] } {
  const { n, closed, limit } = segment;
  const where = ['kind = ?'];
  const values: (string | number)[] = [query.kind];
  const add = (condition: string, ...more: (string | number)[]) => {
    where.push(condition);
    values.push(...more);
  };
  if (query.before !== undefined) add('id < ?', query.before);
  if (query.buyer !== undefined) add('buyer = ?', query.buyer);
  if (query.reference !== undefined) add('reference = ?', query.reference);
  if (query.states !== undefined) {
    const inStates = `IN (${query.states.map(() => '?').join(', ')})`;
    if (query.due === undefined) add(`state ${inStates}`, ...query.states);
    else {
      // What is final is never due: only live rows are read for their deadline.
      add(
        `CASE WHEN final = 0 AND ${DUE} THEN ? ELSE state END ${inStates}`,
        query.due.dueMs,
        query.due.state,
        ...query.states,
      );
    }
  }
  if (query.owner !== undefined) {
    const inIndex = `id IN (SELECT id FROM document_${n}_owner WHERE owner = ?)`;
    const inRow = 'EXISTS (SELECT 1 FROM json_each(owners) WHERE value = ?)';
    add(closed ? inIndex : inRow, query.owner);
  }
  const sql = `SELECT * FROM document_${n} WHERE ${where.join(' AND ')} ORDER BY id DESC LIMIT ?`;
  return { sql, values: [...values, limit] };
}

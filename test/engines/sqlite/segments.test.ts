// Which segment a document of the tables stands in, where ids come only nearly in order: it is found
// again there, also after a restart, and one that is nowhere is never passed over.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Document } from '../../../src/engines/contract.ts';
import { encodeDocument } from '../../../src/engines/document-text.ts';
import { DocumentSearch } from '../../../src/engines/sqlite/document-search.ts';
import { openTablesWriter } from '../../../src/engines/sqlite/files.ts';
import { Segments } from '../../../src/engines/sqlite/segments.ts';
import { TablesReader } from '../../../src/engines/sqlite/tables-reader.ts';
import { newPath } from './store-files.ts';

function reservation(id: string, version = 1): Document {
  const times = { createdAtMs: 0, updatedAtMs: 0 };
  const more = { state: version === 1 ? 'HELD' : 'CONFIRMED', claims: [], owners: ['tea'] };
  const final = version === 1 ? {} : { final: true as const };
  return { id, kind: 'reservation', version, ...times, ...more, ...final, data: {} };
}

function openSegments() {
  const path = newPath();
  const tables = openTablesWriter(path, 'journal');
  return { path, tables, segments: new Segments(tables, { rowsMax: 3 }) };
}

function put(segments: Segments, ...documents: Document[]): void {
  for (const document of documents) segments.put(document, encodeDocument(document));
  segments.flush();
}

/** Three documents fill a segment; the one that closes it has the lowest id. */
const CLOSING = ['r3', 'r5', 'r1'].map((id) => reservation(id));

describe('a segment', () => {
  it('counts a document that was over and is not any more among those that live', () => {
    const { path, segments } = openSegments();
    const again = { ...reservation('r1', 3), state: 'HELD' };
    delete again.final;
    put(segments, reservation('r1'), reservation('r1', 2), again, { ...again, version: 4 });
    const reader = new TablesReader(path);
    assert.equal(reader.document('r1')?.version, 4);
    reader.close();
    assertLive(path, 1);
    put(segments, reservation('r1', 5));
    assertLive(path, 0);
  });
});

/** How many live, by what is counted and by the rows. */
function assertLive(path: string, expected: number): void {
  const tables = openTablesWriter(path, 'journal');
  const counted = tables.prepare('SELECT live FROM segment').get()?.live;
  const rows = tables.prepare('SELECT count(*) AS live FROM document_0 WHERE final = 0').get();
  tables.close();
  assert.deepEqual([counted, rows?.live], [expected, expected]);
}

describe('a segment that a lower id closed', () => {
  it('takes the updates of its higher ids', () => {
    const { path, segments } = openSegments();
    put(segments, ...CLOSING, reservation('r7'), reservation('r5', 2), reservation('r3', 2));
    const reader = new TablesReader(path);
    assert.deepEqual(
      ['r1', 'r3', 'r5', 'r7'].map((id) => reader.document(id)?.version),
      [1, 2, 2, 1],
    );
    reader.close();
  });

  it('takes them after a restart too', () => {
    const { path, tables, segments } = openSegments();
    put(segments, ...CLOSING, reservation('r7'));
    put(new Segments(tables, { rowsMax: 3 }), reservation('r5', 2), reservation('r7', 2));
    const reader = new TablesReader(path);
    assert.deepEqual([reader.document('r5')?.version, reader.document('r7')?.version], [2, 2]);
    reader.close();
    const live = tables.prepare('SELECT live FROM segment ORDER BY n').all();
    assert.deepEqual(
      live.map((row) => row.live),
      [2, 0],
    );
  });

  it('takes what comes late with an id between, and its owner finds it', () => {
    const { path, tables, segments } = openSegments();
    put(segments, ...CLOSING, reservation('r7'), reservation('r4'), reservation('r4', 2));
    const search = new DocumentSearch(tables);
    const { documents } = search.find({ kind: 'reservation', owner: 'tea', limit: 9 });
    assert.deepEqual(
      documents.map(({ id }) => id),
      ['r7', 'r5', 'r4', 'r3', 'r1'],
    );
    const reader = new TablesReader(path);
    assert.equal(reader.document('r4')?.version, 2);
    reader.close();
  });
});

it('an update that finds no row throws', () => {
  const { segments } = openSegments();
  put(segments, reservation('r1'));
  assert.throws(() => put(segments, reservation('r2', 2)), /r2 is not where it should be/);
});

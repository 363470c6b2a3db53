// The rows of owners: what another writer finds in them, and that each owner has one, whether it is at hand or not.

import assert from 'node:assert/strict';
import type { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, it } from 'node:test';
import { openTablesWriter } from '../../../src/engines/sqlite/files.ts';
import { OwnerRows } from '../../../src/engines/sqlite/owner-rows.ts';
import { storedOwners } from '../../../src/engines/sqlite/stored-owners.ts';
import { fastFolder } from '../../support/fast-folder.ts';

/** More than are kept at hand. */
const MANY = 100_001;

describe('rows of owners', () => {
  let tables: DatabaseSync;
  let counts: { owners: number; named: number; buckets: number };
  let rows: OwnerRows;

  beforeEach(() => {
    tables = openTablesWriter(`${fastFolder('owner-rows')}/tables`, 'own');
    counts = { owners: 0, named: 0, buckets: 0 };
    rows = new OwnerRows(tables, counts);
  });

  function change(writer: OwnerRows, id: string, seq: number): void {
    const moves = [`${id}/supply`, '/available', 1];
    writer.take([seq, 0, [1], moves, [0, seq], [], []]);
  }

  function touch(writer: OwnerRows, id: string, seq: number): void {
    writer.take([seq, 0, [], [], [id, seq], [], []]);
  }

  function kept(): [id: string, seq: number, balance: number][] {
    return [...storedOwners(tables)].map(({ id, seq, accounts }) => [
      id,
      seq,
      accounts.find(({ name }) => name === 'available')!.balance,
    ]);
  }

  it('stand in the order in which owners came', () => {
    for (const id of ['tea', 'cup', '!one!!ann']) change(rows, id, 1);
    rows.flush();
    change(rows, 'cup', 2);
    rows.flush();
    assert.deepEqual(kept(), [
      ['tea', 1, 1],
      ['cup', 2, 2],
      ['!one!!ann', 1, 1],
    ]);
    assert.equal(counts.owners, 3);
  });

  it('are shared by those who come together', () => {
    const ids = Array.from({ length: 40 }, (_, index) => `!one!!${index}`);
    for (const id of ids) change(rows, id, 1);
    rows.flush();
    change(rows, '!one!!1', 2);
    change(rows, '!one!!3', 2);
    change(rows, '!one!!33', 2);
    change(rows, '!one!!late', 1);
    rows.flush();
    const changed = new Set(['!one!!1', '!one!!3', '!one!!33']);
    assert.deepEqual(kept(), [
      ...ids.map((id) => (changed.has(id) ? [id, 2, 2] : [id, 1, 1])),
      ['!one!!late', 1, 1],
    ]);
    assert.equal(tables.prepare('SELECT count(*) AS all_rows FROM owners').get()?.all_rows, 4);
    assert.equal(counts.owners, 41);
  });

  it('are found by another writer', () => {
    for (const id of ['tea', 'cup']) change(rows, id, 1);
    rows.flush();
    const other = new OwnerRows(tables, counts);
    change(other, 'jug', 1);
    change(other, 'tea', 2);
    other.flush();
    change(other, 'jug', 2);
    change(other, 'cup', 2);
    other.flush();
    assert.deepEqual(kept(), [
      ['tea', 2, 2],
      ['cup', 2, 2],
      ['jug', 2, 2],
    ]);
    assert.equal(counts.owners, 3);
  });

  it('are found again once they are not at hand any more', () => {
    tables.exec('BEGIN');
    change(rows, 'tea', 1);
    for (let index = 0; index < MANY; index += 1) touch(rows, `!one!!${index}`, 1);
    rows.flush();
    change(rows, 'tea', 2);
    touch(rows, '!one!!5', 2);
    rows.flush();
    tables.exec('COMMIT');
    const found = [...storedOwners(tables)];
    assert.equal(new Set(found.map(({ id }) => id)).size, MANY + 1);
    assert.deepEqual(
      [found.length, found.reduce((sum, { seq }) => sum + seq, 0)],
      [MANY + 1, MANY + 3],
    );
  });

  it('are damaged where one is not as it was written', () => {
    change(rows, 'tea', 1);
    rows.flush();
    tables.exec("UPDATE owners SET body = replace(body, 'available 1', 'available 7')");
    const other = new OwnerRows(tables, counts);
    assert.throws(() => change(other, 'tea', 2), /owners 1/);
  });
});

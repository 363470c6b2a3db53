// Each name has one number, in the order in which names came, however their hashes fall.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashOfEnd, NameTable, NO_NAME } from '../../src/kernel/name-table.ts';

const COUNT = 5_000;

const HASHES: Record<string, (name: string) => number> = {
  'spread over all': hashOfEnd,
  'all the same': () => 7,
  'at the end of the table': () => -1,
  'a few': (name) => name.charCodeAt(0) | 0,
  'beyond 31 bits': (name) => hashOfEnd(name) >>> 0,
};

for (const [how, hashOf] of Object.entries(HASHES)) {
  test(`hashes: ${how}`, () => {
    const table = new NameTable<string>();
    const names = Array.from({ length: COUNT }, (_, index) => `${index}-buyer`);
    for (const [index, name] of names.entries()) {
      assert.equal(table.find(name, hashOf(name)), NO_NAME);
      assert.equal(table.add(name, hashOf(name)), index);
      // Another string of the same text.
      const again = `${index}${'-buyer'}`;
      assert.equal(table.find(again, hashOf(again)), index);
    }
    assert.equal(table.size, COUNT);
    assert.deepEqual(table.names, names);
    for (const [index, name] of names.entries()) {
      assert.equal(table.find(name, hashOf(name)), index);
      assert.equal(table.find(`${name}!`, hashOf(name)), NO_NAME);
    }
  });
}

test('numbers of one value are one name, of any kind', () => {
  const table = new NameTable<string | number | bigint>();
  assert.deepEqual([table.add('1', 1), table.add(1, 1), table.add(1n, 1)], [0, 1, 2]);
  assert.deepEqual([table.find('1', 1), table.find(1, 1), table.find(BigInt('1'), 1)], [0, 1, 2]);
});

test('names are told apart by their ends; those of one end are found all the same', () => {
  const owner = (buyer: string) => `!+sale:spring:buyer-item-ever:0!!${buyer}`;
  const hashes = new Set<number>();
  for (let index = 0; index < 1_000; index += 1) hashes.add(hashOfEnd(owner(`ann-${index}`)));
  assert.ok(hashes.size > 990, `${hashes.size} of 1,000`);
  const alike = Array.from({ length: 100 }, (_, index) => `${index}${'x'.repeat(24)}`);
  const table = new NameTable<string>();
  for (const name of alike) table.add(name, hashOfEnd(name));
  for (const [index, name] of alike.entries()) {
    assert.equal(table.find(name, hashOfEnd(name)), index);
  }
});

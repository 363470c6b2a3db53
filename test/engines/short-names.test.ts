// What is written in short is read in full, whatever the names are; and as it was, where it was written in full.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ByteWriter } from '../../src/engines/byte-writer.ts';
import type { Claim, Document, Entry } from '../../src/engines/contract.ts';
import { decodeDocument, encodeDocument } from '../../src/engines/document-text.ts';
import { decodeLine, envelopeOf } from '../../src/engines/sqlite/journal-line.ts';
import { writeLines } from '../../src/engines/sqlite/journal-line-writer.ts';

/** `deepEqual` tells an object without a prototype from one that has it. */
const record = <T>(fields: { [K in keyof T]: fc.Arbitrary<T[K]> }) =>
  fc.record(fields, { noNullPrototype: true }) as fc.Arbitrary<T>;
const owner = fc.constantFrom(
  'tea',
  'te',
  'tea:sale',
  '茶',
  '!+sale:s:buyer-item-ever:0!!ann',
  '!o!!a',
);
const account = fc
  .tuple(owner, fc.constantFrom('available', 'held', 'sold', 'used', 'granted'))
  .map(([of, name]) => `${of}/${name}`);
const quantity = fc.integer({ min: 1, max: 9 });
const claim: fc.Arbitrary<Claim> = record({
  account,
  undo: fc.oneof(
    account,
    owner.map((release) => ({ release })),
  ),
  quantity,
});
const document: fc.Arbitrary<Document> = record({
  ...{ id: fc.constant('d-1'), kind: fc.constant('reservation'), state: fc.constant('HELD') },
  ...{ version: quantity, createdAtMs: quantity, updatedAtMs: quantity },
  ...{ claims: fc.array(claim), data: fc.constant({}), owners: fc.array(owner) },
});
const entry: fc.Arbitrary<Entry> = record({
  ...{ position: quantity, atMs: quantity, granted: fc.constant([]), events: fc.constant([]) },
  moves: fc.array(record({ from: account, to: account, quantity })),
  seqs: fc.array(fc.tuple(owner, quantity)),
  floors: fc.array(record({ account, floor: fc.integer() })),
  documents: fc.array(document, { maxLength: 2 }),
});

function lineOf(each: Entry): string {
  const out = new ByteWriter();
  writeLines(out, [each]);
  return out.bytes.toString('utf8', 0, out.length);
}

describe('names in short', () => {
  it('are those of the document that was written', () => {
    fc.assert(
      fc.property(document, (each) => {
        assert.deepEqual(decodeDocument(encodeDocument(each)), each);
      }),
    );
  });

  it('are those of the entry that was written', () => {
    fc.assert(
      fc.property(entry, (each) => {
        assert.deepEqual(decodeLine(lineOf(each)), each);
      }),
    );
  });

  it('stand once in a text', () => {
    const name = '!+sale:bench:buyer-item-ever:0!!ann';
    const [used, granted] = [`${name}/used`, `${name}/granted`];
    const line = lineOf({
      ...{ position: 1, atMs: 1, granted: [1], events: [] },
      moves: [
        { from: 'tea:bench/available', to: 'tea:bench/held', quantity: 1 },
        { from: used, to: granted, quantity: 1 },
      ],
      seqs: [
        [name, 1],
        ['tea:bench', 7],
      ],
      floors: [{ account: used, floor: -2 }],
      documents: [
        {
          ...{ id: 'd-1', kind: 'reservation', state: 'HELD', version: 1 },
          ...{ createdAtMs: 1, updatedAtMs: 1, data: {}, owners: ['tea:bench'] },
          claims: [
            { account: 'tea:bench/held', undo: { release: 'tea:bench' }, quantity: 1 },
            { account: granted, undo: used, quantity: 1 },
          ],
        },
      ],
    });
    for (const text of line.split('\t')) {
      for (const each of [name, 'tea:bench']) assert.equal(text.split(each).length, 2, text);
    }
  });

  it('are read where all of them stand in full', () => {
    const line =
      '[1,1,[1],["tea/available","tea/held",1],["tea",7],[],[],[{"account":"tea/held","floor":-2}]]' +
      '\t["d-1","reservation",1,"HELD",1,1,null,0,[["tea/held",["tea"],1],["!o!!a/granted","!o!!a/used",1]],{},null,null,["tea"]]';
    const { moves, seqs, floors, documents } = decodeLine(line);
    assert.deepEqual(moves, [{ from: 'tea/available', to: 'tea/held', quantity: 1 }]);
    assert.deepEqual(seqs, [['tea', 7]]);
    assert.deepEqual(floors, [{ account: 'tea/held', floor: -2 }]);
    assert.deepEqual(documents[0]!.owners, ['tea']);
    assert.deepEqual(documents[0]!.claims, [
      { account: 'tea/held', undo: { release: 'tea' }, quantity: 1 },
      { account: '!o!!a/granted', undo: '!o!!a/used', quantity: 1 },
    ]);
    assert.equal(envelopeOf(line)[0], 1);
  });
});

// Where several servers share a journal, entries that touch nothing in common may stand in another order
// than their times; what touches the same owner or document may not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Document, Entry } from '../../src/engines/contract.ts';
import { Problems } from '../../src/verify/problems.ts';
import { ReplayedNumbers } from '../../src/verify/replayed-numbers.ts';

const entry = (position: number, atMs: number, owner: string, seq: number): Entry => {
  const seqs: [string, number][] = owner === '' ? [] : [[owner, seq]];
  const documents = owner === '' ? [{ id: 'a document' } as Document] : [];
  return { position, atMs, granted: [], moves: [], documents, seqs, events: [] };
};

function problemsOf(entries: readonly Entry[], timesMayCross: boolean): string[] {
  const problems = new Problems();
  const numbers = new ReplayedNumbers(problems, timesMayCross);
  for (const each of entries) numbers.take(each);
  return problems.kept.map(({ what }) => what);
}

const CROSSING = [entry(1, 20, 'tea', 1), entry(2, 10, 'cup', 1), entry(3, 20, 'cup', 2)];

test('times of owners that have nothing in common may cross, where servers share the journal', () => {
  assert.deepEqual(problemsOf(CROSSING, true), []);
  assert.deepEqual(problemsOf(CROSSING, false), ['time goes back from 20 to 10']);
});

test('the time of an owner, and of a document, never goes back', () => {
  const owner = [entry(1, 20, 'tea', 1), entry(2, 10, 'tea', 2)];
  assert.deepEqual(problemsOf(owner, true), ['time goes back from 20 to 10']);
  const document = [entry(1, 20, '', 0), entry(2, 10, '', 0)];
  assert.deepEqual(problemsOf(document, true), ['time goes back from 20 to 10']);
});

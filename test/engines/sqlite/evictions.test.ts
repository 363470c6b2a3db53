// Final documents leave memory in slices once the tables have them: a storm of expiries must not hold
// up whoever reserves meanwhile. One that was written again since stays until that is passed too.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { Document } from '../../../src/engines/contract.ts';
import { LiveState } from '../../../src/engines/live-state.ts';
import { PackedDocuments } from '../../../src/engines/packed-documents.ts';
import { Evictions } from '../../../src/engines/sqlite/evictions.ts';
import type { Applied } from '../../../src/kernel/apply.ts';

const COUNT = 1_000;
/** What leaves in one turn takes a fraction of a millisecond. */
const AT_ONCE_MAX = 200;

function expired(number: number, version = 1): Document {
  const id = `r${String(number).padStart(5, '0')}`;
  const times = { createdAtMs: 0, updatedAtMs: 0 };
  const rest = { state: 'EXPIRED', final: true as const, claims: [], data: {} };
  return { id, kind: 'reservation', version, ...times, ...rest };
}

function applied(position: number, document: Document): Applied {
  const nothing = { granted: [], moves: [], seqs: [], events: [] };
  const entry = { position, atMs: 0, ...nothing, documents: [document] };
  const documents = new Map([[document.id, document]]);
  return { outcomes: [], entries: [entry], accounts: [], documents, owners: [] };
}

test('they leave a slice at a time, and all of them', async () => {
  const state = new LiveState({ get: () => undefined, add: () => {} }, new PackedDocuments());
  const evictions = new Evictions(state, () => undefined);
  for (let number = 1; number <= COUNT; number += 1) {
    const document = expired(number);
    state.merge(applied(number, document));
  }
  const again = expired(1, 2);
  state.merge(applied(COUNT + 1, again));
  evictions.passed(COUNT);
  let before = COUNT;
  let left = state.documents.size;
  while (before > left) {
    assert.ok(before - left <= AT_ONCE_MAX, `${before - left} went in one turn`);
    before = left;
    await setImmediate();
    left = state.documents.size;
  }
  assert.equal(left, 1);
  assert.equal(state.documents.get('r00001')?.version, 2);
  evictions.passed(COUNT + 1);
  assert.equal(state.documents.size, 0);
});

test('one with a name stays, also in a place that was used before', async () => {
  const state = new LiveState({ get: () => undefined, add: () => {} }, new PackedDocuments());
  const evictions = new Evictions(state, () => undefined);
  state.merge(applied(1, expired(1)));
  evictions.passed(1);
  assert.equal(state.documents.size, 0);
  const pool: Document = { ...expired(0), id: 'pool:tea', kind: 'pool', state: 'CLOSED' };
  state.merge(applied(2, pool));
  const held: Document = { ...expired(2), state: 'HELD' };
  delete held.final;
  state.merge(applied(3, held));
  evictions.passed(3);
  await setImmediate();
  assert.equal(state.documents.size, 2);
});

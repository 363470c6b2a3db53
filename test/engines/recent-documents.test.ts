// Recently unpacked documents: found again by their ids, never under another one, also when two ids
// share a place.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Document } from '../../src/engines/contract.ts';
import { RecentDocuments } from '../../src/engines/recent-documents.ts';

function unpacked(id: string, handle: number) {
  const times = { createdAtMs: 0, updatedAtMs: 0 };
  const document: Document = {
    id,
    kind: 'reservation',
    version: 1,
    state: 'HELD',
    ...times,
    claims: [],
    data: {},
  };
  return { handle, document };
}

describe('recent documents', () => {
  test('are found by their ids until they are forgotten', () => {
    const recent = new RecentDocuments();
    recent.put(unpacked('r1', 7));
    assert.equal(recent.get('r1')?.handle, 7);
    assert.equal(recent.get('r2'), undefined);
    recent.forget('r1');
    assert.equal(recent.get('r1'), undefined);
  });

  test('are not taken for others with the same end, and make room for them', () => {
    const recent = new RecentDocuments();
    recent.put(unpacked('one-0001', 1));
    assert.equal(recent.get('two-0001'), undefined);
    recent.put(unpacked('two-0001', 2));
    recent.forget('one-0001');
    assert.deepEqual(
      [recent.get('one-0001')?.handle, recent.get('two-0001')?.handle],
      [undefined, 2],
    );
  });

  test('may have ids of any length', () => {
    const recent = new RecentDocuments();
    for (const id of ['', 'a', 'äöü', '🍵']) {
      recent.put(unpacked(id, id.length));
      assert.equal(recent.get(id)?.handle, id.length);
    }
  });
});

// What is kept in memory about deadlines stays in proportion to the documents that have one, however
// often these change.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ClaimsIndex } from '../../src/engines/claims-index.ts';
import type { Document } from '../../src/engines/contract.ts';
import { DeadlineHeap } from '../../src/engines/deadline-heap.ts';

const CHANGES = 1_000;

function cart(version: number, pools: readonly string[], deadlineMs: number): Document {
  const claims = pools.map((pool) => ({
    account: `${pool}/held`,
    undo: { release: pool },
    quantity: version,
  }));
  const times = { createdAtMs: 0, updatedAtMs: 0, deadlineMs };
  return { id: 'r', kind: 'reservation', state: 'HELD', version, ...times, claims, data: {} };
}

/** How many entries are looked at to say that nothing is due, after `of(i)` for each change i. */
function lookedAt(of: (index: number) => Document): number {
  let now = of(0);
  let looks = 0;
  const index = new ClaimsIndex(() => {
    looks += 1;
    return now.deadlineMs;
  });
  index.change(undefined, now);
  for (let change = 1; change < CHANGES; change += 1) {
    const before = now;
    now = of(change);
    index.change(before, now);
  }
  looks = 0;
  for (const pool of ['a', 'b']) {
    const due = index.due(`${pool}/available`, { dueMs: 1_000_000, limit: 64 });
    assert.ok(due.length <= 1);
  }
  return looks;
}

describe('a cart that is changed again and again', () => {
  it('with the same pools is filed once', () => {
    const looks = lookedAt((index) => cart(index + 1, ['a'], 500));
    assert.ok(looks <= 2, `${looks}`);
  });

  it('from one pool to another and back does not pile up', () => {
    const looks = lookedAt((index) => cart(index + 1, [index % 2 === 0 ? 'a' : 'b'], 500));
    assert.ok(looks < 300, `${looks}`);
  });

  it('with another deadline each time does not pile up', () => {
    const looks = lookedAt((index) => cart(index + 1, ['a'], 500 + index));
    assert.ok(looks < 300, `${looks}`);
  });
});

describe('the heap of deadlines', () => {
  it('forgets what stands there twice', () => {
    const heap = new DeadlineHeap();
    const holds = () => true;
    for (let round = 0; round < CHANGES; round += 1) {
      heap.push(5, 'r');
      heap.forget(holds);
    }
    assert.ok(heap.size < 200, `${heap.size}`);
    assert.deepEqual(heap.due({ dueMs: 5, limit: 9, holds }), ['r']);
  });

  it('gives those of one moment by id, in whatever order they came', () => {
    const ids = Array.from({ length: 50 }, (_, index) =>
      String((index * 37) % 50).padStart(2, '0'),
    );
    const heap = new DeadlineHeap();
    const holds = () => true;
    for (const id of ids) heap.push(id < '25' ? 7 : 5, id);
    const sorted = ids.toSorted();
    const expected = [...sorted.slice(25), ...sorted.slice(0, 25)];
    assert.deepEqual(heap.due({ dueMs: 7, limit: 99, holds }), expected);
    assert.deepEqual(heap.due({ dueMs: 7, limit: 30, holds }), expected.slice(0, 30));
  });

  it('keeps every other one, earliest first', () => {
    const heap = new DeadlineHeap();
    const gone = new Set<string>();
    const holds = (id: string) => !gone.has(id);
    const ids = Array.from({ length: CHANGES }, (_, index) => String(index).padStart(4, '0'));
    for (const id of [...ids].reverse()) heap.push(Number(id), id);
    for (const id of ids.filter((_, index) => index % 3 > 0)) {
      gone.add(id);
      heap.forget(holds);
    }
    const left = ids.filter((_, index) => index % 3 === 0);
    assert.ok(heap.size < CHANGES / 1.5, `${heap.size}`);
    assert.deepEqual(heap.due({ dueMs: CHANGES, limit: CHANGES, holds }), left);
  });
});

// What is kept in memory about deadlines stays in proportion to the documents that have one, however
// often these change.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ClaimsIndex } from '../../src/engines/claims-index.ts';
import type { Document } from '../../src/engines/contract.ts';
import { DeadlineHeap, type HeapDocuments } from '../../src/engines/deadline-heap.ts';

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
  const index = new ClaimsIndex({
    deadlineMs: () => {
      looks += 1;
      return now.deadlineMs;
    },
    idOf: () => now.id,
    at: () => now,
  });
  index.change(undefined, now, 1);
  for (let change = 1; change < CHANGES; change += 1) {
    const before = now;
    now = of(change);
    index.change(before, now, 1);
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

/** Documents whose handles are their places in a list of ids. */
function documents(ids: readonly string[], deadlineMs: (id: string) => number | undefined) {
  const found: HeapDocuments = {
    deadlineMs: (handle) => deadlineMs(ids[handle]!),
    idOf: (handle) => ids[handle]!,
  };
  return found;
}

describe('the heap of deadlines', () => {
  it('forgets what stands there twice', () => {
    const heap = new DeadlineHeap(documents(['r'], () => 5));
    for (let round = 0; round < CHANGES; round += 1) {
      heap.push(5, 0, 'r');
      heap.forget();
    }
    assert.ok(heap.size < 200, `${heap.size}`);
    assert.deepEqual(heap.due({ dueMs: 5, limit: 9 }), [0]);
  });

  for (const [kind, make] of [
    ['short ids', (order: number) => String(order).padStart(2, '0')],
    ['UUIDs of one time', (order: number) => uuid(0x19a_0000_0000, order)],
    ['UUIDs of different times', (order: number) => uuid(0x19a_0000_0000 + order, 7)],
    [
      'UUIDs that differ at their end',
      (order: number) => `${uuid(1, 1).slice(0, -2)}${order + 10}`,
    ],
  ] as const) {
    it(`gives those of one moment by id, in whatever order they came: ${kind}`, () => {
      const ids = Array.from({ length: 50 }, (_, index) => make((index * 37) % 50));
      const sorted = ids.toSorted();
      const middle = sorted[25]!;
      const deadlineMs = (id: string) => (id < middle ? 7 : 5);
      const heap = new DeadlineHeap(documents(ids, deadlineMs));
      for (const [handle, id] of ids.entries()) heap.push(deadlineMs(id), handle, id);
      const expected = [...sorted.slice(25), ...sorted.slice(0, 25)];
      const due = (limit: number) => heap.due({ dueMs: 7, limit }).map((handle) => ids[handle]);
      assert.deepEqual(due(99), expected);
      assert.deepEqual(due(30), expected.slice(0, 30));
    });
  }

  it('gives what has the handle of one that is gone, and its deadline, by its own id', () => {
    const ids = ['a', 'k'];
    const heap = new DeadlineHeap(documents(ids, () => 5));
    for (const [handle, id] of ids.entries()) heap.push(5, handle, id);
    ids[0] = 'z';
    heap.forget();
    heap.push(5, 0, 'z');
    assert.deepEqual(heap.due({ dueMs: 5, limit: 9 }), [1, 0]);
    // As often as it takes to be swept out.
    for (let forgotten = 0; forgotten < 2; forgotten += 1) heap.forget();
    assert.equal(heap.size, 2);
    assert.deepEqual(heap.due({ dueMs: 5, limit: 9 }), [1, 0]);
  });

  it('keeps every other one, earliest first', () => {
    const gone = new Set<string>();
    const ids = Array.from({ length: CHANGES }, (_, index) => String(index).padStart(4, '0'));
    const heap = new DeadlineHeap(documents(ids, (id) => (gone.has(id) ? undefined : Number(id))));
    for (const id of [...ids].reverse()) heap.push(Number(id), Number(id), id);
    for (const id of ids.filter((_, index) => index % 3 > 0)) {
      gone.add(id);
      heap.forget();
    }
    const left = ids.filter((_, index) => index % 3 === 0);
    assert.ok(heap.size < CHANGES / 1.5, `${heap.size}`);
    assert.deepEqual(heap.due({ dueMs: CHANGES, limit: CHANGES }), left.map(Number));
  });
});

function uuid(timeMs: number, counter: number): string {
  const time = timeMs.toString(16).padStart(12, '0');
  const low = (0x8000 + counter).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-${low}-0123456789ab`;
}

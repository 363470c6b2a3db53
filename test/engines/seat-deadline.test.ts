// A seat has one hold at a time, and there are very many seats: once its hold is over nothing of it
// may stay in memory.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ClaimsIndex } from '../../src/engines/claims-index.ts';
import type { Document } from '../../src/engines/contract.ts';
import { DeadlineHeap } from '../../src/engines/deadline-heap.ts';

it('a heap drops its only entry when that no longer holds', () => {
  const heap = new DeadlineHeap({ deadlineMs: () => undefined, idOf: () => '' });
  heap.push(5, 0, 'r');
  heap.forget();
  assert.equal(heap.size, 0);
});

it('a confirmed hold leaves nothing to look at', () => {
  let deadlineMs: number | undefined = 60_000;
  let looks = 0;
  const index = new ClaimsIndex({
    deadlineMs: () => {
      looks += 1;
      return deadlineMs;
    },
    idOf: () => 'r',
    at: () => undefined,
  });
  const claim = { account: 'seat/held', undo: { release: 'seat' }, quantity: 1 };
  const times = { createdAtMs: 0, updatedAtMs: 0 };
  const held: Document = {
    ...{ id: 'r', kind: 'reservation', state: 'HELD', version: 1 },
    ...{ ...times, deadlineMs, claims: [claim], data: {} },
  };
  index.change(undefined, held, 0);
  const { deadlineMs: _, ...rest } = held;
  deadlineMs = undefined;
  const sold = [{ ...claim, account: 'seat/sold' }];
  index.change(held, { ...rest, state: 'CONFIRMED', version: 2, final: true, claims: sold }, 0);
  looks = 0;
  assert.deepEqual(index.due('seat/available', { dueMs: 100_000, limit: 64 }), []);
  assert.equal(looks, 0);
});

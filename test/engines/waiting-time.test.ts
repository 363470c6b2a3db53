// How long the oldest of a lane has waited, look by look.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WaitingTime } from '../../src/engines/waiting-time.ts';

/** At each time, the places of the first that waits and of the next to come, and the oldest's wait. */
const CASES: Record<string, [atMs: number, first: number, next: number, oldestMs: number][]> = {
  'nobody waits': [
    [0, 0, 0, 0],
    [50, 7, 7, 0],
  ],
  'one waits, and is joined by others': [
    [100, 0, 1, 0],
    [110, 0, 2, 10],
    [130, 0, 9, 30],
  ],
  'the oldest is taken: the next one counts, from its own time': [
    [100, 0, 10, 0],
    [120, 0, 20, 20],
    [140, 9, 30, 40],
    [150, 10, 30, 30],
    [160, 25, 30, 20],
    [170, 30, 30, 0],
    [180, 30, 31, 0],
    [190, 30, 31, 10],
  ],
  'put first again, they wait as long as who is oldest': [
    [100, 5, 8, 0],
    [120, 3, 8, 20],
    [130, 8, 8, 0],
    [140, 6, 8, 0],
  ],
};

for (const [name, looks] of Object.entries(CASES)) {
  test(name, () => {
    const waiting = new WaitingTime();
    for (const [atMs, first, next, oldestMs] of looks) {
      waiting.look({ first, next }, () => atMs);
      assert.equal(waiting.oldestMs, oldestMs, `at ${atMs}`);
    }
  });
}

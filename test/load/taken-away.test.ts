// What a machine was not given: read from the real one, and how seconds are told apart by it.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { Second } from '../../load/sale/seconds.ts';
import { disturbanceOf, TakenAway } from '../../load/sale/taken-away.ts';

const second = (at: number, p99Ms: number, takenAway?: number): Second => ({
  ...{ second: at, arrivals: 1, dropped: 0, accepted: 1, refused: {}, p50Ms: 1, p99Ms },
  ...(takenAway === undefined ? {} : { takenAway }),
});

describe('time that a machine was not given', { skip: process.platform !== 'linux' }, () => {
  it('is a share of the time of all processors, of the seconds that were watched', async () => {
    const watching = new TakenAway();
    const startedAtMs = Date.now();
    await wait(1_300);
    watching.stop();
    const [before, first, later] = watching.in(
      [second(-2, 1), second(0, 1), second(5, 1)],
      startedAtMs,
    );
    assert.ok(first!.takenAway! >= 0 && first!.takenAway! < 1, `${first!.takenAway}`);
    assert.equal(before!.takenAway ?? later!.takenAway, undefined);
  });
});

describe('seconds of a load', () => {
  it('are told apart by whether the machine had its processors, then and just before', () => {
    const seconds = [
      second(0, 5, 0),
      second(1, 900, 0.3),
      second(2, 700, 0),
      second(3, 7, 0.01),
      second(4, 6, 0),
      second(5, 0, 0),
    ];
    assert.deepEqual(disturbanceOf(seconds), {
      undisturbed: { seconds: 3, p99MedianMs: 6, p99MaxMs: 7 },
      disturbed: { seconds: 2, p99MedianMs: 900, p99MaxMs: 900 },
    });
  });

  it('are not told apart where that is not known', () => {
    assert.equal(disturbanceOf([second(0, 5), second(1, 900)]), undefined);
  });
});

// What the engine's clock says while it is stopped after a jump, and after a person has looked.

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { EngineClock } from '../../src/engines/clock.ts';
import { ManualTime, START_MS } from '../../src/engines/conformance/manual-time.ts';

const HOUR_MS = 3_600_000;

function stoppedClock() {
  const time = new ManualTime();
  const clock = new EngineClock(time);
  time.passMs(1_000);
  clock.reading();
  time.jumpMs(HOUR_MS);
  return { time, clock };
}

it('a wall clock that jumped is not believed: time goes on at the monotonic pace', () => {
  const { time, clock } = stoppedClock();
  const { nowMs, dueMs, stopped } = clock.reading();
  assert.deepEqual([nowMs, dueMs], [START_MS + 1_000, START_MS + 1_000]);
  assert.match(stopped ?? '', /jumped forward by 3600 s/);
  for (let second = 1; second <= 10; second += 1) {
    time.passMs(1_000);
    const reading = clock.reading();
    assert.equal(reading.nowMs, START_MS + 1_000 + second * 1_000);
    assert.equal(reading.dueMs, START_MS + 1_000);
  }
});

it('a person who looked makes it take the wall clock', () => {
  const { time, clock } = stoppedClock();
  clock.reading();
  time.passMs(2_000);
  clock.resumeExpiry();
  const nowMs = START_MS + 3_000 + HOUR_MS;
  assert.deepEqual(clock.reading(), { nowMs, dueMs: nowMs });
  time.passMs(500);
  assert.equal(clock.reading().nowMs, nowMs + 500);
});

it('a wall clock that was set right again is no reason to go back', () => {
  const { time, clock } = stoppedClock();
  clock.reading();
  time.passMs(2_000);
  time.jumpMs(-HOUR_MS);
  clock.reading();
  clock.resumeExpiry();
  assert.equal(clock.reading().nowMs, START_MS + 3_000);
  assert.equal(clock.reading().stopped, undefined);
});

it('the next jump stops it again', () => {
  const { time, clock } = stoppedClock();
  clock.reading();
  clock.resumeExpiry();
  time.jumpMs(HOUR_MS);
  assert.match(clock.reading().stopped ?? '', /jumped/);
});

// The wheel fires everything once, never early, at most a slot late, and leaves no timer behind.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Timer, TimerWheel } from '../../src/client/timer-wheel.ts';
import { ManualClientTime } from './manual-client-time.ts';

const SLOT_MS = 16;

class Mark extends Timer {
  firedAtMs: number | undefined;
  readonly #time: ManualClientTime;

  constructor(time: ManualClientTime) {
    super();
    this.#time = time;
  }

  override fire(): void {
    assert.equal(this.firedAtMs, undefined, 'fires once');
    this.firedAtMs = this.#time.nowMs();
  }
}

test('any time from now to far beyond one turn of the wheel', () => {
  const time = new ManualClientTime();
  const wheel = new TimerWheel(time);
  const delays = [0, 1, 15, 16, 17, 500, 9_999, 16_383, 16_384, 16_385, 40_000, 100_003];
  const startMs = time.nowMs();
  const marks = delays.map((delayMs) => {
    const mark = new Mark(time);
    wheel.set(mark, startMs + delayMs);
    return mark;
  });
  const dropped = new Mark(time);
  wheel.set(dropped, startMs + 700);
  wheel.clear(dropped);
  wheel.clear(dropped);
  assert.equal(wheel.size, delays.length);
  for (let step = 0; step < 2_000; step += 1) time.passMs(61);
  marks.forEach((mark, index) => {
    const lateMs = mark.firedAtMs! - startMs - delays[index]!;
    assert.ok(lateMs >= 0 && lateMs <= SLOT_MS, `${delays[index]} ms was ${lateMs} ms late`);
  });
  assert.equal(dropped.firedAtMs, undefined);
  assert.deepEqual([wheel.size, time.nextMs], [0, undefined]);
});

test('after a pause of the process all that is due fires, in one go', () => {
  const time = new ManualClientTime();
  const wheel = new TimerWheel(time);
  const marks = [5, 3_000, 20_000].map((delayMs) => {
    const mark = new Mark(time);
    wheel.set(mark, time.nowMs() + delayMs);
    return mark;
  });
  time.passMs(1_000_000);
  for (const mark of marks) assert.notEqual(mark.firedAtMs, undefined);
});

test('a timer may be set anew, by another too, and an earlier one wakes earlier', () => {
  const time = new ManualClientTime();
  const wheel = new TimerWheel(time);
  const startMs = time.nowMs();
  const [moved, early] = [new Mark(time), new Mark(time)];
  wheel.set(moved, startMs + 5_000);
  wheel.set(early, startMs + 100);
  wheel.set(moved, startMs + 50);
  assert.equal(wheel.size, 2);
  time.passMs(200);
  assert.ok(moved.firedAtMs! < early.firedAtMs!);
  assert.equal(time.nextMs, undefined);
});

// A process may be paused between its reading of the wall clock and of the monotonic one, for as long
// as a busy machine likes. The engine's clock must not come out ahead: holds would end too early.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineClock } from '../../src/engines/clock.ts';

test('a pause between two readings of time does not put the clock ahead', () => {
  let realMs = 1_000_000;
  let pauseMs = 0;
  const read = () => {
    const nowMs = realMs;
    realMs += pauseMs;
    pauseMs = 0;
    return nowMs;
  };
  const clock = new EngineClock({ wallMs: read, monotonicMs: read });
  for (const pause of [0, 13, 4_000]) {
    pauseMs = pause;
    assert.ok(clock.reading().nowMs <= realMs, `in a pause of ${pause} ms`);
    realMs += 10;
    assert.equal(clock.reading().nowMs, realMs, `after a pause of ${pause} ms`);
  }
});

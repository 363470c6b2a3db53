// The clock of tests that wait for what is promised within a second: it goes while the process runs, and hardly while
// it stands still.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { RunningTime } from './running-time.ts';

const STILL_MS = 500;

test('goes on with the clock, and counts little of a standstill', async () => {
  const beganAt = performance.now();
  const time = new RunningTime();
  await wait(300);
  const passedMs = time.passedMs;
  assert.ok(passedMs > 0 && passedMs <= performance.now() - beganAt, `${passedMs}`);
  for (const untilMs = performance.now() + STILL_MS; performance.now() < untilMs; );
  assert.ok(time.stop() - passedMs < STILL_MS / 4);
});

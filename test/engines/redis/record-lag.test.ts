// How much a server slows down when its record falls behind.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RecordLag } from '../../../src/engines/redis/record-lag.ts';

function lagging() {
  let nowMs = 0;
  const lag = new RecordLag(() => nowMs);
  const decide = (number: number, atMs: number) => {
    nowMs = atMs;
    lag.decided(number);
  };
  return { lag, decide, pass: (ms: number) => (nowMs += ms) };
}

test('it counts from the first batch that is not recorded', () => {
  const { lag, decide, pass } = lagging();
  assert.equal(lag.ms, 0);
  decide(1, 1_000);
  decide(2, 1_010);
  decide(3, 1_100);
  pass(400);
  assert.equal(lag.ms, 500);
  lag.recorded(1);
  // The second came with the first, and is not told apart.
  assert.equal(lag.ms, 400);
  lag.recorded(3);
  assert.equal(lag.ms, 0);
});

test('what is recorded already does not count, nor what was told before', () => {
  const { lag, decide, pass } = lagging();
  lag.recorded(7);
  decide(7, 100);
  decide(5, 200);
  assert.equal(lag.ms, 0);
  decide(8, 300);
  decide(8, 900);
  pass(100);
  assert.equal(lag.ms, 700);
});

test('a rush of four seconds is not slowed down, and nobody for longer than a quarter of a second', () => {
  const { lag, decide, pass } = lagging();
  decide(1, 0);
  pass(4_000);
  assert.equal(lag.restMs, 0);
  pass(1_000);
  assert.equal(lag.restMs, 50);
  pass(60_000);
  assert.equal(lag.restMs, 250);
});

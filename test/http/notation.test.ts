// Durations and times as they are written outside.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDuration, parseDurationMs } from '../../src/http/duration.ts';
import { formatInstant, parseInstantMs } from '../../src/http/instant.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const DURATIONS: Record<string, number | undefined> = {
  PT15M: 15 * MINUTE,
  PT90S: 90_000,
  'PT0.5S': 500,
  'PT1.005S': 1_005,
  P1D: DAY,
  P2W: 14 * DAY,
  P1DT12H: 36 * HOUR,
  PT0S: 0,
  '15m': 15 * MINUTE,
  '90s': 90_000,
  '2h': 2 * HOUR,
  '30d': 30 * DAY,
  '250ms': 250,
  '': undefined,
  P: undefined,
  PT: undefined,
  P1DT: undefined,
  P1M: undefined,
  P1Y: undefined,
  pt15m: undefined,
  PT15: undefined,
  '-PT15M': undefined,
  'PT-15M': undefined,
  '15': undefined,
  '15 m': undefined,
  '1.5h': undefined,
  '15min': undefined,
  '1h30m': undefined,
  ' 15m': undefined,
  '15m\n': undefined,
  '1e3s': undefined,
  PT1M1H: undefined,
};

test('durations are read strictly', () => {
  for (const [text, ms] of Object.entries(DURATIONS)) {
    assert.equal(parseDurationMs(text), ms, JSON.stringify(text));
  }
});

test('durations are written so that they read the same', () => {
  const written = { PT15M: 15 * MINUTE, P30D: 30 * DAY, P1DT12H: 36 * HOUR, 'PT1.5S': 1_500 };
  for (const [text, ms] of Object.entries(written)) assert.equal(formatDuration(ms), text);
  for (const ms of [0, 1, 999, 61_001, HOUR - 1, 60 * DAY, 366 * DAY + 1]) {
    assert.equal(parseDurationMs(formatDuration(ms)), ms, formatDuration(ms));
  }
});

test('times are read with a zone, and written in UTC', () => {
  const atMs = Date.UTC(2026, 10, 20, 9, 30);
  const same = ['2026-11-20T09:30:00Z', '2026-11-20T10:30:00+01:00', '2026-11-20T09:30:00.000Z'];
  for (const text of same) assert.equal(parseInstantMs(text), atMs, text);
  const wrong = ['2026-02-30T09:30:00Z', '2026-11-31T09:30:00Z', '2026-11-20T09:60:00Z'];
  wrong.push('2026-11-20', '2026-11-20T09:30:00', '20261120T093000Z', '1763631000', 'now', '');
  for (const text of wrong) assert.equal(parseInstantMs(text), undefined, text);
  assert.equal(formatInstant(atMs), '2026-11-20T09:30:00.000Z');
  assert.equal(formatInstant(Number.MAX_SAFE_INTEGER), '9999-12-31T23:59:59.999Z');
  // Neighbours, and two that share a place where times are remembered.
  for (const ms of [0, 1, 999, atMs + 7, atMs + 1_000, atMs, atMs + 256_000, atMs, -1, 0.5]) {
    assert.equal(formatInstant(ms), new Date(ms).toISOString());
  }
});

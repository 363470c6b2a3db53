// The judge of invariant I7 on journals that are written here: which refusals for want of units were right.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wronglyRefused } from '../../load/sale/idle-units.ts';
import { levelsOf, mostInASecond, storyOf } from '../../load/sale/journal-story.ts';
import type { Entry } from '../../src/client/index.ts';

const POOL = 'tea:spring';
const START_MS = Date.parse('2026-01-01T00:00:00.000Z');

function at(ms: number): string {
  return new Date(START_MS + ms).toISOString();
}

interface Told {
  ms: number;
  from: string;
  to: string;
  status?: 'HELD' | 'CONFIRMED' | 'CANCELLED' | 'EXPIRED';
  id?: string;
  buyer?: string;
  until?: number;
}

/** One unit from one account to another, with the reservation that it is of. */
function told({ ms, from, to, status, id = 'r1', buyer = 'ann', until = 0 }: Told): Entry {
  const confirmed = status === 'CONFIRMED' ? { confirmed: 1 } : {};
  const lines = [{ pool: POOL, quantity: 1, ...confirmed }];
  const expiry = status === 'HELD' ? { expiresAt: at(until) } : {};
  const reservation = { id, status, buyer, lines, version: 1, ...expiry };
  const entry = {
    ...{ position: 1, at: at(ms), events: [], pools: [], limits: [] },
    moves: [{ from, to, quantity: 1 }],
    reservations: status === undefined ? [] : [reservation],
  };
  return entry as unknown as Entry;
}

const [AVAILABLE, HELD, SOLD] = [`${POOL}/available`, `${POOL}/held`, `${POOL}/sold`];
const armed = told({ ms: 0, from: 'tea/available', to: AVAILABLE });
const hold = (ms: number, until: number, more: Partial<Told> = {}) =>
  told({ ms, from: AVAILABLE, to: HELD, status: 'HELD', until, ...more });
const expire = (ms: number, more: Partial<Told> = {}) =>
  told({ ms, from: HELD, to: AVAILABLE, status: 'EXPIRED', ...more });
const cancel = (ms: number) => told({ ms, from: HELD, to: AVAILABLE, status: 'CANCELLED' });
const confirm = (ms: number, more: Partial<Told> = {}) =>
  told({ ms, from: HELD, to: SOLD, status: 'CONFIRMED', ...more });

/** How many of one refusal, asked for and answered at these times, are wrong. */
function wrong(entries: Entry[], [asked, answered]: [number, number], idleMsMax = 0): number {
  const refusals = { askedMs: [START_MS + asked], answeredMs: [START_MS + answered] };
  return wronglyRefused(storyOf(entries, POOL).free, refusals, idleMsMax);
}

test('nobody may be refused while a unit is there', () => {
  assert.equal(wrong([armed], [10, 12]), 1);
  assert.equal(wrong([armed, hold(5, 1_000)], [10, 12]), 0);
  assert.equal(wrong([armed, hold(11, 1_000)], [10, 12]), 0);
  assert.equal(wrong([armed, hold(13, 1_000)], [10, 12]), 1);
});

test('a unit is free from its deadline on, whenever its release is written', () => {
  const late = [armed, hold(5, 100), expire(300)];
  assert.equal(wrong(late, [90, 99]), 0);
  assert.equal(wrong(late, [90, 105]), 0);
  assert.equal(wrong(late, [150, 160]), 1);
  const taken = [...late, hold(300, 900, { id: 'r2', buyer: 'bob' })];
  assert.equal(wrong(taken, [301, 302]), 0);
  assert.equal(wrong(taken, [150, 160]), 1);
  assert.equal(wrong([armed, hold(5, 1_000), cancel(50)], [60, 70]), 1);
});

test('several servers may be a second behind', () => {
  const released = [armed, hold(5, 100), expire(100)];
  assert.equal(wrong(released, [900, 1_100], 1_000), 0);
  assert.equal(wrong(released, [1_101, 1_110], 1_000), 1);
  const takenAndBack = [...released, hold(600, 700, { id: 'r2' }), expire(700, { id: 'r2' })];
  assert.equal(wrong(takenAndBack, [1_101, 1_110], 1_000), 0);
});

test('a unit that is paid for when its time was over is sold, and was not taken by an attempt', () => {
  const late = confirm(200);
  const [available, sold] = [`${POOL}/available`, `${POOL}/sold`];
  late.moves = late.moves.map((move) => ({ ...move, from: available, to: sold }));
  const story = storyOf([armed, hold(5, 100), expire(100), late], POOL);
  const { deductionsMs, released, paidLate } = story;
  assert.deepEqual(
    { sold: story.sold, held: story.held, taken: deductionsMs.length, released, paidLate },
    { sold: 1, held: 0, taken: 1, released: 1, paidLate: 1 },
  );
});

test('the journal tells what was sold, what came back, and the most that a buyer had', () => {
  const entries = [
    { ...armed, moves: [{ ...armed.moves[0]!, quantity: 3 }] },
    hold(5, 100),
    hold(6, 1_000, { id: 'r2' }),
    expire(100),
    confirm(200, { id: 'r2' }),
    hold(1_050, 2_000, { id: 'r3', buyer: 'bob' }),
  ];
  const { sold, held, released, perBuyerMax, deductionsMs } = storyOf(entries, POOL);
  assert.deepEqual(
    { sold, held, released, perBuyerMax },
    { sold: 1, held: 1, released: 1, perBuyerMax: 2 },
  );
  assert.equal(mostInASecond(deductionsMs), 2);
  assert.equal(mostInASecond([0, 500, 999, 1_000, 1_499]), 4);
  const levels = levelsOf(entries, { pool: POOL, startedAtMs: START_MS, seconds: 2 });
  assert.deepEqual(levels, [
    { second: 0, available: 2, held: 0, sold: 1, deductions: 2 },
    { second: 1, available: 1, held: 1, sold: 1, deductions: 1 },
  ]);
});

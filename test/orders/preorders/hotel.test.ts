// Two years of two hotels through pre-orders, where HOLDFAST_HOTEL_BOOKINGS names the file, and a week of
// one of them always: rooms sold, released and refused, money earned, kept and refunded are what a count
// over the file alone says.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { verify } from '../../../src/verify/verify.ts';
import { readBookings, roomsOf } from './hotel-bookings.ts';
import { countBookings } from './hotel-counted.ts';
import { HotelRun } from './hotel-run.ts';

const WEEK = new URL('../../../data/hotel-bookings-2016-week-21.csv.gz', import.meta.url);
const file = process.env.HOLDFAST_HOTEL_BOOKINGS;
const skip = file ? false : 'HOLDFAST_HOTEL_BOOKINGS names no file';

async function play(t: TestContext, source: string | URL, percent?: number) {
  const bookings = readBookings(source);
  const rooms = roomsOf(bookings, percent);
  const run = await HotelRun.open({ bookings, rooms });
  t.after(() => run.close());
  const startMs = performance.now();
  const totals = await run.run();
  const tookS = ((performance.now() - startMs) / 1_000).toFixed(1);
  t.diagnostic(`${bookings.length} bookings in ${tookS} s, rooms ${JSON.stringify(rooms)}`);
  for (const [name, one] of Object.entries(totals)) t.diagnostic(`${name} ${JSON.stringify(one)}`);
  assert.deepEqual(totals, countBookings(bookings, rooms));
  assert.deepEqual((await verify(run.shop.engine)).problems, []);
  return { bookings, totals };
}

test('a week of bookings ends as the file says', async (t) => {
  const { bookings, totals } = await play(t, WEEK, 80);
  assert.equal(bookings.length, 472);
  // A week in which nobody is refused and nobody loses a deposit shows little.
  const all = Object.values(totals);
  assert.ok(all.some(({ refused }) => refused > 0));
  assert.ok(all.some(({ kept }) => kept > 0));
});

test('119,390 bookings of two hotels end as the file says', { skip }, async (t) => {
  const { bookings } = await play(t, file!);
  assert.equal(bookings.length, 119_390);
});

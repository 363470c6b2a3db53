// Calendar periods: days, ISO 8601 weeks, months and years by the wall clock of a time zone, over
// year ends and changes to and from summer time.

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { START_MS } from '../../src/engines/conformance/manual-time.ts';
import type { CalendarPeriod } from '../../src/kernel/commands.ts';
import { periodKey } from '../../src/kernel/limits.ts';
import { accepted, refused, Shop } from '../support/shop.ts';

const KEYS: [at: string, zone: string, period: CalendarPeriod, key: string][] = [
  ['2026-11-20T12:00:00Z', 'UTC', 'day', '2026-11-20'],
  ['2026-11-20T12:00:00Z', 'UTC', 'week', '2026-W47'],
  ['2026-11-20T12:00:00Z', 'UTC', 'month', '2026-11'],
  ['2026-11-20T12:00:00Z', 'UTC', 'year', '2026'],
  ['2026-11-20T23:59:59.999Z', 'UTC', 'day', '2026-11-20'],
  ['2026-11-21T00:00:00Z', 'UTC', 'day', '2026-11-21'],
  // Berlin is an hour ahead in winter, two in summer.
  ['2026-11-20T22:59:59Z', 'Europe/Berlin', 'day', '2026-11-20'],
  ['2026-11-20T23:00:00Z', 'Europe/Berlin', 'day', '2026-11-21'],
  ['2026-07-20T21:59:59Z', 'Europe/Berlin', 'day', '2026-07-20'],
  ['2026-07-20T22:00:00Z', 'Europe/Berlin', 'day', '2026-07-21'],
  // The day of the change has 25 hours, and both its hours from 2 to 3 lie in it.
  ['2026-10-24T22:00:00Z', 'Europe/Berlin', 'day', '2026-10-25'],
  ['2026-10-25T01:30:00Z', 'Europe/Berlin', 'day', '2026-10-25'],
  ['2026-10-25T22:59:59Z', 'Europe/Berlin', 'day', '2026-10-25'],
  ['2026-10-25T23:00:00Z', 'Europe/Berlin', 'day', '2026-10-26'],
  // The ends of the earth: Kiritimati is 14 hours ahead, Pago Pago 11 behind.
  ['2026-12-31T10:00:00Z', 'Pacific/Kiritimati', 'year', '2027'],
  ['2027-01-01T10:59:59Z', 'Pacific/Pago_Pago', 'year', '2026'],
  ['2026-06-30T18:30:00Z', 'Asia/Kolkata', 'month', '2026-07'],
  ['2026-06-30T18:29:59Z', 'Asia/Kolkata', 'month', '2026-06'],
  // A week belongs to the year of its Thursday.
  ['2026-12-31T00:00:00Z', 'UTC', 'week', '2026-W53'],
  ['2027-01-01T00:00:00Z', 'UTC', 'week', '2026-W53'],
  ['2027-01-03T23:59:59Z', 'UTC', 'week', '2026-W53'],
  ['2027-01-04T00:00:00Z', 'UTC', 'week', '2027-W01'],
  ['2025-12-28T23:59:59Z', 'UTC', 'week', '2025-W52'],
  ['2025-12-29T00:00:00Z', 'UTC', 'week', '2026-W01'],
  ['2024-12-30T00:00:00Z', 'UTC', 'week', '2025-W01'],
  ['2023-01-01T00:00:00Z', 'UTC', 'week', '2022-W52'],
  ['2024-02-29T00:00:00Z', 'UTC', 'week', '2024-W09'],
  ['2027-01-03T23:30:00Z', 'Europe/Berlin', 'week', '2027-W01'],
];

describe('the period that a moment lies in', () => {
  for (const [at, zone, period, key] of KEYS) {
    it(`${at} in ${zone}, by ${period}: ${key}`, () => {
      assert.equal(periodKey(period, Date.parse(at), zone), key);
    });
  }
});

describe('a limit per period', () => {
  const NEXT: Record<CalendarPeriod, string> = {
    day: '2026-11-20T23:00:00Z',
    week: '2026-11-22T23:00:00Z',
    month: '2026-11-30T23:00:00Z',
    year: '2026-12-31T23:00:00Z',
  };
  for (const [period, next] of Object.entries(NEXT) as [CalendarPeriod, string][]) {
    it(`by ${period}, counts anew from ${next} on in Berlin`, async () => {
      const shop = await (await Shop.open()).fill({ tea: 9 });
      const { stock, time } = shop;
      const timeZone = 'Europe/Berlin';
      const rule = { limit: 'one', per: 'buyer', scope: 'all', quantityMax: 1 } as const;
      accepted(await stock.putLimit({ ...rule, period, timeZone }));
      const buy = () => stock.reserve({ lines: [{ pool: 'tea', quantity: 1 }], buyer: 'ann' });
      await shop.sell('tea', 1, 'ann');
      time.passMs(Date.parse(next) - START_MS - 1);
      refused(await buy(), 'limit-exceeded');
      time.passMs(1);
      accepted(await buy());
      refused(await buy(), 'limit-exceeded');
    });
  }

  it('what is cancelled goes back to the period that it was counted in', async () => {
    const shop = await (await Shop.open()).fill({ tea: 9 });
    const { stock, time } = shop;
    const rule = { limit: 'one', per: 'buyer', scope: 'all', quantityMax: 1 } as const;
    accepted(await stock.putLimit({ ...rule, period: 'day' }));
    const day = 86_400_000;
    const reservation = await shop.hold('tea', 1, 2 * day, 'ann');
    time.passMs(day);
    const today = await shop.hold('tea', 1, day, 'ann');
    accepted(await stock.cancel({ reservation }));
    const one = { lines: [{ pool: 'tea', quantity: 1 }], buyer: 'ann' };
    refused(await stock.reserve(one), 'limit-exceeded');
    accepted(await stock.cancel({ reservation: today }));
    accepted(await stock.reserve(one));
  });
});

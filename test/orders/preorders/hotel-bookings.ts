// Reads the hotel bookings: a line is one room for each night of a stay. Days are counted from 1970.

import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

export type DepositType = 'No Deposit' | 'Non Refund' | 'Refundable';

export interface Booking {
  hotel: string;
  deposit: DepositType;
  placed: number;
  arrival: number;
  nights: number;
  /** Of the whole stay, in cents; nothing for guests of the house. */
  price: number;
  ends: 'came' | 'cancelled' | 'no-show';
  /** When it was cancelled. */
  ended: number;
}

const MONTHS =
  'January February March April May June July August September October November December';
const DAY_MS = 86_400_000;
const ENDS: Record<string, Booking['ends']> = {
  'Check-Out': 'came',
  Canceled: 'cancelled',
  'No-Show': 'no-show',
};

export function readBookings(file: string | URL): Booking[] {
  const [heading, ...lines] = gunzipSync(readFileSync(file)).toString().trimEnd().split('\n');
  const names = heading!.split(',');
  const columns = new Map(names.map((name, index) => [name, index]));
  return lines.map((line) => {
    const fields = line.split(',');
    return bookingOf((name) => fields[columns.get(name)!]!);
  });
}

function bookingOf(field: (name: string) => string): Booking {
  const month = MONTHS.split(' ').indexOf(field('arrival_date_month'));
  const year = Number(field('arrival_date_year'));
  const arrival = Date.UTC(year, month, Number(field('arrival_date_day_of_month'))) / DAY_MS;
  const nights = Number(field('stays_in_weekend_nights')) + Number(field('stays_in_week_nights'));
  return {
    hotel: field('hotel') === 'City Hotel' ? 'city' : 'resort',
    deposit: field('deposit_type') as DepositType,
    placed: arrival - Number(field('lead_time')),
    arrival,
    // 715 stays are of no night at all: they had a room for a day.
    nights: Math.max(1, nights),
    price: Math.max(0, Math.round(Number(field('adr')) * 100) * nights),
    ends: ENDS[field('reservation_status')]!,
    ended: Date.parse(`${field('reservation_status_date')}T00:00:00Z`) / DAY_MS,
  };
}

/**
 * A share of the most rooms of each hotel in which guests who came were on one night: the file does not
 * say how many there are.
 */
export function roomsOf(bookings: readonly Booking[], percent = 100): Record<string, number> {
  const nights = new Map<string, number>();
  const most: Record<string, number> = {};
  for (const { hotel, arrival, nights: count, ends } of bookings) {
    if (ends !== 'came') continue;
    for (let night = arrival; night < arrival + count; night += 1) {
      const guests = (nights.get(`${hotel}:${night}`) ?? 0) + 1;
      nights.set(`${hotel}:${night}`, guests);
      most[hotel] = Math.max(most[hotel] ?? 0, guests);
    }
  }
  const shares = Object.entries(most).map(([hotel, rooms]) => [
    hotel,
    Math.floor((rooms * percent) / 100),
  ]);
  return Object.fromEntries(shares);
}

/** What came of the bookings of a hotel and deposit type; money in cents. */
export interface Totals {
  bookings: number;
  /** Nothing is to be paid, so that there is no pre-order of them. */
  free: number;
  refused: number;
  sold: number;
  released: number;
  earned: number;
  kept: number;
  refunded: number;
}

export type TotalsByType = Record<string, Totals>;

export function totalsOf(by: TotalsByType, { hotel, deposit }: Booking): Totals {
  const name = `${hotel} ${deposit}`;
  by[name] ??= {
    ...{ bookings: 0, free: 0, refused: 0, sold: 0, released: 0 },
    ...{ earned: 0, kept: 0, refunded: 0 },
  };
  return by[name];
}

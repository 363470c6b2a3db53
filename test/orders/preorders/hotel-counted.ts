// What must come of the hotel bookings, counted over the file alone: rooms as a number for each night, money
// by three rules. Knows nothing of the program.

import { type Booking, type Totals, type TotalsByType, totalsOf } from './hotel-bookings.ts';

export function countBookings(
  bookings: readonly Booking[],
  rooms: Record<string, number>,
): TotalsByType {
  const by: TotalsByType = {};
  const taken = new Map<string, number>();
  const fill = ({ hotel, arrival, nights }: Booking, change: number) => {
    for (let night = arrival; night < arrival + nights; night += 1) {
      const name = `${hotel}:${night}`;
      taken.set(name, (taken.get(name) ?? 0) + change);
    }
  };
  const isFull = ({ hotel, arrival, nights }: Booking) => {
    for (let night = arrival; night < arrival + nights; night += 1) {
      if ((taken.get(`${hotel}:${night}`) ?? 0) >= rooms[hotel]!) return true;
    }
    return false;
  };
  const has = new Set<Booking>();
  const [placed, cancelled, missed] = [byDay(), byDay(), byDay()];
  for (const booking of bookings) {
    placed.add(booking.placed, booking);
    if (booking.ends === 'cancelled') cancelled.add(booking.ended, booking);
    // The room of a guest who does not come is free on the day after.
    if (booking.ends === 'no-show') missed.add(booking.arrival + 1, booking);
  }
  const days = [...placed.days(), ...cancelled.days(), ...missed.days()];
  for (let day = Math.min(...days); day <= Math.max(...days); day += 1) {
    for (const booking of missed.on(day)) if (has.has(booking)) fill(booking, -1);
    for (const booking of placed.on(day)) {
      const totals = totalsOf(by, booking);
      totals.bookings += 1;
      if (booking.price === 0) totals.free += 1;
      else if (isFull(booking)) totals.refused += 1;
      else {
        has.add(booking);
        fill(booking, 1);
        settle(totals, booking);
      }
    }
    for (const booking of cancelled.on(day)) if (has.has(booking)) fill(booking, -1);
  }
  return by;
}

function settle(totals: Totals, { price, deposit, ends }: Booking): void {
  if (ends === 'came') {
    totals.sold += 1;
    totals.earned += price;
    return;
  }
  totals.released += 1;
  if (deposit === 'Non Refund') totals.kept += price;
  if (deposit === 'Refundable') totals.refunded += Math.floor((price * 3) / 10);
}

function byDay() {
  const days = new Map<number, Booking[]>();
  return {
    add(day: number, booking: Booking) {
      const there = days.get(day);
      if (there === undefined) days.set(day, [booking]);
      else there.push(booking);
    },
    on: (day: number) => days.get(day) ?? [],
    days: () => [...days.keys()].reduce(ends, []),
  };
}

/** The first and the last day, of any number of days. */
function ends([first, last]: number[], day: number): number[] {
  return [Math.min(first ?? day, day), Math.max(last ?? day, day)];
}

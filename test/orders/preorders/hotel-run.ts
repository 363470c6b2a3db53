// Runs hotel bookings through pre-orders, day by day: a room is a unit of a pool for each night, a plan
// stands for a day of arrival and a type of deposit, and the stay is a stage that is due on that day. Who
// does not come misses it, and the rooms go back by themselves.

import type { StageTerms } from '../../../src/kernel/plan-terms.ts';
import type { Order } from '../../../src/orders/order-view.ts';
import { openUses, type Uses } from '../../../src/uses/open-uses.ts';
import { accepted, Shop } from '../../support/shop.ts';
import { LedgerProvider } from '../payments/ledger-provider.ts';
import { type Booking, type DepositType, type TotalsByType, totalsOf } from './hotel-bookings.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** The stay is due at six in the evening of the day of arrival, and the room is free at midnight. */
const STAY: StageTerms = { name: 'stay', rest: true, dueBeforeLaunchMs: 0 };
const STAGES: Record<DepositType, StageTerms[]> = {
  'No Deposit': [STAY],
  'Non Refund': [{ name: 'all', rest: true }],
  Refundable: [{ name: 'deposit', basisPoints: 3_000 }, STAY],
};

export class HotelRun {
  readonly shop: Shop;
  readonly #uses: Uses;
  readonly #ledger: LedgerProvider;
  readonly #rooms: Record<string, number>;
  readonly #bookings: readonly Booking[];
  /** The run's first day is the first one of the shop's clock. */
  readonly #shiftMs: number;
  readonly #first: number;
  readonly #orders = new Map<Booking, string>();
  readonly #seen = new Set<string>();
  readonly #by: TotalsByType = {};

  private constructor(parts: { shop: Shop; uses: Uses; ledger: LedgerProvider } & HotelInput) {
    this.shop = parts.shop;
    this.#uses = parts.uses;
    this.#ledger = parts.ledger;
    this.#rooms = parts.rooms;
    this.#bookings = parts.bookings;
    this.#first = parts.bookings.reduce((day, { placed }) => Math.min(day, placed), Infinity);
    const midnightMs = Math.ceil(parts.shop.time.wallMs() / DAY_MS) * DAY_MS;
    parts.shop.time.passMs(midnightMs - parts.shop.time.wallMs());
    this.#shiftMs = midnightMs - this.#first * DAY_MS;
  }

  static async open(input: HotelInput): Promise<HotelRun> {
    const shop = await Shop.open();
    const ledger = new LedgerProvider();
    const uses = await openUses(shop.stock, { providers: [ledger] });
    accepted(await uses.orders.putPolicy({ channel: 'default', capture: 'automatic' }));
    return new HotelRun({ shop, uses, ledger, ...input });
  }

  async close(): Promise<void> {
    await this.#uses.close();
    await this.shop.stock.close();
  }

  async run(): Promise<TotalsByType> {
    const days = this.#plannedDays();
    for (const { placed, arriving, cancelled, missed } of days) {
      await this.#tidy();
      for (const booking of missed) await this.#cancel(booking, 'no-show');
      for (const booking of placed) await this.#place(booking);
      for (const booking of arriving) await this.#pay(booking);
      for (const booking of cancelled) await this.#cancel(booking);
      this.shop.time.passMs(DAY_MS);
    }
    await this.#tidy();
    for (const [booking, id] of this.#orders)
      this.#add(booking, (await this.#uses.orders.order(id))!);
    return this.#by;
  }

  #plannedDays() {
    const days: Record<'placed' | 'arriving' | 'cancelled' | 'missed', Booking[]>[] = [];
    const on = (day: number) => {
      while (days.length <= day - this.#first) {
        days.push({ placed: [], arriving: [], cancelled: [], missed: [] });
      }
      return days[day - this.#first]!;
    };
    for (const booking of this.#bookings) {
      const { ends, deposit, arrival } = booking;
      on(booking.placed).placed.push(booking);
      // What is paid in full stays sold until somebody says that its guest has not come.
      if (ends === 'no-show' && deposit === 'Non Refund') on(arrival + 1).missed.push(booking);
      else if (ends === 'cancelled') on(booking.ended).cancelled.push(booking);
      else if (ends === 'came' && deposit !== 'Non Refund') on(arrival).arriving.push(booking);
      on(arrival + 1);
    }
    return days;
  }

  async #place(booking: Booking): Promise<void> {
    const { hotel, arrival, nights, price, deposit } = booking;
    const totals = totalsOf(this.#by, booking);
    totals.bookings += 1;
    const plan = await this.#plan(booking);
    const lines = [];
    for (let night = arrival; night < arrival + nights; night += 1) {
      lines.push({ pool: await this.#pool(hotel, night), quantity: 1 });
    }
    const total = { amount: price, currency: 'EUR' };
    const answer = await this.#uses.orders.checkout({ lines, total, plan });
    if (!answer.ok) {
      if (answer.code === 'nothing-to-pay') totals.free += 1;
      else if (answer.code === 'insufficient-stock') totals.refused += 1;
      else throw new Error(JSON.stringify(answer));
      return;
    }
    this.#orders.set(booking, answer.value.id);
    if (deposit !== 'No Deposit') await this.#pay(booking);
  }

  async #plan({ arrival, deposit }: Booking): Promise<string> {
    const plan = `${deposit.replace(' ', '-')}:${arrival}`;
    if (this.#seen.has(plan)) return plan;
    this.#seen.add(plan);
    accepted(
      await this.#uses.plans.put({
        plan,
        stages: STAGES[deposit],
        launchAtMs: arrival * DAY_MS + this.#shiftMs + 18 * HOUR_MS,
        graceMs: 6 * HOUR_MS,
        noticeMs: 0,
        refund: [deposit === 'Non Refund' ? 'kept' : 'full'],
      }),
    );
    return plan;
  }

  async #pool(hotel: string, night: number): Promise<string> {
    const pool = `${hotel}:${night}`;
    if (!this.#seen.has(pool)) {
      this.#seen.add(pool);
      await this.shop.fill({ [pool]: this.#rooms[hotel]! });
    }
    return pool;
  }

  async #pay(booking: Booking): Promise<void> {
    const order = this.#orders.get(booking);
    if (order === undefined) return;
    const { id } = accepted(await this.#uses.payments.start({ order }));
    this.#ledger.pay(id);
    for (const callback of this.#ledger.sent.splice(0)) {
      await this.#uses.payments.callback('ledger', Buffer.from(JSON.stringify(callback)), {});
    }
  }

  async #cancel(booking: Booking, reason = 'cancelled'): Promise<void> {
    const order = this.#orders.get(booking);
    if (order === undefined) return;
    accepted(await this.#uses.orders.cancel({ order, reason }));
  }

  async #tidy(): Promise<void> {
    const { turns } = this.shop.stock.parts;
    do await this.shop.stock.sweep();
    while (await turns.idle().then(async () => (await this.shop.engine.due(1)).length > 0));
    this.#ledger.sent.length = 0;
  }

  #add(booking: Booking, { status, plan }: Order): void {
    const totals = totalsOf(this.#by, booking);
    const sold = status === 'CONFIRMED';
    if (!sold && !OVER.has(status)) throw new Error(`a booking is left ${status}`);
    totals[sold ? 'sold' : 'released'] += 1;
    for (const { payment } of plan!.paid) {
      const { captured, refunded } = this.#ledger.accounts.get(payment!)!.truth;
      totals[sold ? 'earned' : 'kept'] += captured - refunded;
      totals.refunded += refunded;
    }
  }
}

export interface HotelInput {
  bookings: readonly Booking[];
  rooms: Record<string, number>;
}

const OVER: ReadonlySet<string> = new Set(['EXPIRED', 'CANCELLED', 'REFUNDED']);

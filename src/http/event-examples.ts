// Documents as events show them that have all there can be, for previews: whatever these do not have, no
// placeholder can ever stand for. The compiler keeps them complete.

import type { Examples } from '../uses/notices/notice-preview.ts';
import type { OrderOutside } from './shapes/order-shapes.ts';
import type { ReservationOutside } from './shapes/replies.ts';
import type { ReturnOutside } from './shapes/return-shapes.ts';
import type { WaiterOutside } from './shapes/waiter-shapes.ts';

const ID = '01a1f888-cf04-73e4-a464-d9c3307a73e6';
const AT = '2026-11-20T09:30:00.000Z';
const UNTIL = '2026-11-20T09:45:00.000Z';
const EUR = (amount: number) => ({ amount, currency: 'EUR' });

/** Every member, those that may be missing too, however deep. */
type Whole<T> = T extends readonly (infer Item)[]
  ? Whole<Item>[]
  : T extends object
    ? { [Name in keyof T]-?: Whole<T[Name]> }
    : T;

const line = { pool: 'tea', quantity: 2, asked: 3, confirmed: 2, returned: 1 };

const order: Whole<OrderOutside> = {
  orderId: ID,
  status: 'RESERVED',
  version: 1,
  lines: [{ ...line, unitPrice: 450 }],
  channel: 'default',
  reservation: ID,
  sale: 'spring',
  preSold: { arrivesAt: UNTIL },
  awaitsStock: true,
  buyer: 'ann',
  reference: '2026-1042',
  metadata: {},
  total: EUR(900),
  discounts: [
    { code: 'SPRING', campaign: 'spring', amount: 100, basisPoints: 1_000, amountMax: 500 },
  ],
  openPayments: [ID],
  paidBy: ID,
  openReturns: [ID],
  refundWanted: EUR(450),
  plan: {
    name: 'deposit',
    launchAt: UNTIL,
    stages: [{ name: 'deposit', amount: 100, status: 'OPEN', dueAt: UNTIL }],
    paid: [{ payment: ID, stages: 1, amount: 100, kept: 100 }],
    remindAt: UNTIL,
    kept: EUR(100),
  },
  queued: true,
  turnOf: 'tea',
  reason: 'changed-mind',
  supersededBy: ID,
  history: [{ status: 'RESERVED', at: AT }],
  createdAt: AT,
  updatedAt: AT,
  expiresAt: UNTIL,
};

const reservation: Whole<ReservationOutside> = {
  id: ID,
  status: 'HELD',
  version: 1,
  lines: [line],
  buyer: 'ann',
  reference: '2026-1042',
  metadata: {},
  order: ID,
  createdAt: AT,
  updatedAt: AT,
  expiresAt: UNTIL,
};

const waiter: Whole<WaiterOutside> = {
  id: ID,
  pool: 'tea',
  sale: 'spring',
  buyer: 'ann',
  quantity: 2,
  status: 'OFFERED',
  version: 2,
  reference: 'ann@example.com',
  ahead: 0,
  reservation: ID,
  offered: 2,
  expiresAt: UNTIL,
  reason: 'limit-exceeded',
  createdAt: AT,
  updatedAt: AT,
};

const goods: Whole<ReturnOutside> = {
  id: ID,
  status: 'CLOSED',
  version: 4,
  order: ID,
  reservation: ID,
  lines: [
    {
      line: 0,
      pool: 'tea',
      quantity: 1,
      returning: 0,
      inspecting: 0,
      received: 1,
      sellable: 1,
      quarantined: 1,
      writtenOff: 1,
      lost: 1,
      kept: 1,
    },
  ],
  buyer: 'ann',
  reason: 'too small',
  carrier: [{ event: 'picked-up', at: AT, reference: 'P-1' }],
  unmatched: [{ pool: 'cup', quantity: 1 }],
  refundWanted: EUR(450),
  history: [{ status: 'CLOSED', at: AT }],
  createdAt: AT,
  updatedAt: AT,
};

export const EXAMPLES: Examples = {
  kinds: { order, reservation, waiter, return: goods },
  event: { ...EUR(900), stage: 'deposit', dueAtMs: Date.parse(UNTIL), reason: 'changed-mind' },
};

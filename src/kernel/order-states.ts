// The states of an order, and the table of what each verb does to each of them.

import type { RefusalCode } from './refusals.ts';

export type OrderState =
  /** Taken down, and not decided yet. */
  | 'QUEUED'
  | 'PENDING'
  | 'RESERVED'
  | 'PAID'
  | 'CONFIRMED'
  | 'PACKED'
  | 'SHIPPED'
  | 'DELIVERED'
  | 'CANCELLED'
  | 'EXPIRED'
  | 'REFUNDING'
  | 'REFUNDED'
  | 'RETURNING'
  | 'RETURNED'
  /** Its turn came, and it could not be had. */
  | 'REFUSED';

export type OrderVerbName =
  /** Its turn has come: its units are held. */
  | 'decide'
  /** Its turn has come, and it cannot be had. */
  | 'turnAway'
  /** Its money is secured. For one that was cancelled or has expired: its stock was there again. */
  | 'pay'
  /** Its money is secured and in, both at once. */
  | 'payInFull'
  /** What must be paid changes: a voucher is applied, or taken off. */
  | 'reprice'
  /** Its money is in. */
  | 'confirm'
  | 'pack'
  | 'ship'
  | 'deliver'
  | 'cancel'
  | 'expire'
  /** Its units cannot be given: what was paid goes back. */
  | 'refund'
  | 'refunded'
  | 'beginReturn'
  /** A return is over, and some of it stays with the buyer. */
  | 'endReturn'
  /** All of it came back. */
  | 'returned';

const DECIDED = 'order-decided';
const QUEUED = 'order-queued';
const NOT_PAID = 'order-not-paid';
const PAID = 'order-paid';
const SHIPPED = 'order-shipped';
const CANCELLED = 'order-cancelled';
const EXPIRED = 'order-expired';
const REFUNDED = 'order-refunded';
const NOT_SHIPPED = 'order-not-shipped';
const NO_RETURN = 'no-return-open';

const UNPAID = {
  decide: DECIDED,
  turnAway: DECIDED,
  pay: 'PAID',
  payInFull: 'CONFIRMED',
  confirm: NOT_PAID,
  pack: NOT_PAID,
  ship: NOT_PAID,
  deliver: NOT_PAID,
  cancel: 'CANCELLED',
  expire: 'EXPIRED',
  refund: 'REFUNDING',
  refunded: NOT_PAID,
  beginReturn: NOT_PAID,
  endReturn: NO_RETURN,
  returned: NO_RETURN,
} as const;

/** What is over without a sale can only be brought back by money that comes late. */
function over(code: RefusalCode) {
  return {
    decide: DECIDED,
    turnAway: DECIDED,
    pay: 'PAID',
    payInFull: 'CONFIRMED',
    reprice: code,
    confirm: code,
    pack: code,
    ship: code,
    deliver: code,
    cancel: code,
    expire: code,
    refund: 'REFUNDING',
    refunded: code,
    beginReturn: code,
    endReturn: code,
    returned: code,
  } as const;
}

/** For each state and verb the state that follows, or why not. */
export const ORDER_TRANSITIONS: Record<
  OrderState,
  Record<OrderVerbName, OrderState | RefusalCode>
> = {
  QUEUED: {
    ...paid(QUEUED),
    decide: 'RESERVED',
    turnAway: 'REFUSED',
    deliver: QUEUED,
    cancel: 'CANCELLED',
    expire: 'EXPIRED',
    beginReturn: QUEUED,
  },
  PENDING: { ...UNPAID, reprice: 'PENDING' },
  RESERVED: { ...UNPAID, reprice: 'RESERVED' },
  PAID: {
    ...paid('order-paid'),
    confirm: 'CONFIRMED',
    cancel: 'REFUNDING',
    refund: 'REFUNDING',
  },
  CONFIRMED: { ...paid(PAID), pack: 'PACKED', ship: 'SHIPPED', cancel: 'REFUNDING' },
  PACKED: { ...paid(PAID), ship: 'SHIPPED', cancel: 'REFUNDING' },
  SHIPPED: {
    ...paid(SHIPPED),
    deliver: 'DELIVERED',
    cancel: SHIPPED,
    beginReturn: 'RETURNING',
  },
  DELIVERED: { ...paid(SHIPPED), deliver: 'order-delivered', beginReturn: 'RETURNING' },
  RETURNING: {
    ...paid(SHIPPED),
    deliver: 'return-open',
    beginReturn: 'RETURNING',
    endReturn: 'DELIVERED',
    returned: 'RETURNED',
  },
  RETURNED: { ...paid(REFUNDED), beginReturn: REFUNDED },
  CANCELLED: over(CANCELLED),
  EXPIRED: over(EXPIRED),
  REFUNDING: { ...paid(REFUNDED), refund: 'REFUNDING', refunded: 'REFUNDED' },
  REFUNDED: { ...paid(REFUNDED), refund: 'REFUNDING' },
  REFUSED: paid('order-refused'),
};

/** What is paid, or was: a verb leads on only where the state says so. */
function paid(code: RefusalCode) {
  return {
    decide: DECIDED,
    turnAway: DECIDED,
    pay: code,
    payInFull: code,
    reprice: code,
    confirm: code,
    pack: code,
    ship: code,
    deliver: code === PAID ? NOT_SHIPPED : code,
    cancel: code,
    expire: code,
    refund: code,
    refunded: code,
    beginReturn: code === PAID ? NOT_SHIPPED : code,
    endReturn: NO_RETURN,
    returned: NO_RETURN,
  } as const;
}

/**
 * Nothing more is expected, so that the document may leave memory. Late money, a parcel or a return
 * may still bring one of these back to another state.
 */
export const RESTING_STATES: ReadonlySet<string> = new Set<OrderState>([
  'CONFIRMED',
  'PACKED',
  'SHIPPED',
  'DELIVERED',
  'CANCELLED',
  'EXPIRED',
  'REFUNDED',
  'RETURNED',
  'REFUSED',
]);

/** The event that tells of each state. */
export const ORDER_EVENTS: Record<OrderState, string> = {
  QUEUED: 'order.queued',
  PENDING: 'order.pending',
  RESERVED: 'order.reserved',
  PAID: 'order.paid',
  CONFIRMED: 'order.confirmed',
  PACKED: 'order.packed',
  SHIPPED: 'order.shipped',
  DELIVERED: 'order.delivered',
  CANCELLED: 'order.cancelled',
  EXPIRED: 'order.expired',
  REFUNDING: 'order.refunding',
  REFUNDED: 'order.refunded',
  RETURNING: 'order.returning',
  RETURNED: 'order.returned',
  REFUSED: 'order.refused',
};

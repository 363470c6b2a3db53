// The data of events of orders, their payments, stages and vouchers.

import { Type } from 'typebox';
import { Amount, Currency } from '../shapes/order-shapes.ts';
import { PoolId } from '../shapes/parts.ts';
import { type DataSchema, Id, Moment, money, NOTHING, reason, reference } from './data-parts.ts';

const { Optional } = Type;

const Fulfilled = Optional(Type.Object({ reference }));
const OfOrder = Type.Object({ order: Id });
const OfVoucher = Type.Object({ code: Type.String(), campaign: Type.String() });

export const ORDER_EVENT_DATA = {
  'order.pending': NOTHING,
  'order.queued': Type.Object({
    pool: PoolId,
    carried: Optional(
      Type.Boolean({ description: 'Its turn is in the queue that the server was given.' }),
    ),
  }),
  'order.refused': Type.Object({ reason: Type.String() }, { additionalProperties: true }),
  'order.reserved': NOTHING,
  'order.paid': NOTHING,
  'order.confirmed': NOTHING,
  'order.stocked': NOTHING,
  'order.packed': Fulfilled,
  'order.shipped': Fulfilled,
  'order.delivered': Fulfilled,
  'order.cancelled': Optional(Type.Object({ reason, supersededBy: Optional(Id) })),
  'order.expired': Optional(Type.Object({ reason })),
  'order.refunding': Optional(
    Type.Object({
      reason,
      supersededBy: Optional(Id),
      kept: Optional(Amount),
      currency: Optional(Currency),
      stage: Optional(Type.String({ description: 'The one that was missed.' })),
    }),
  ),
  'order.refunded': NOTHING,
  'order.reminder': Type.Object({ stage: Type.String(), ...money, dueAtMs: Moment }),
  'order.rescheduled': Type.Object({
    plan: Type.String(),
    stages: Type.Array(Type.Object({ stage: Type.String(), dueAtMs: Moment })),
  }),
  'stage.paid': Type.Object({
    stages: Type.Array(Type.String()),
    ...money,
    payment: Optional(Id),
  }),
  'order.returning': NOTHING,
  'order.returned': NOTHING,
  'payment.started': OfOrder,
  'payment.secured': OfOrder,
  'payment.settled': OfOrder,
  'payment.failed': OfOrder,
  'payment.releasing': Type.Object({ order: Id, reason }),
  'voucher.held': OfVoucher,
  'voucher.redeemed': OfVoucher,
  'voucher.released': OfVoucher,
} satisfies Record<string, DataSchema>;

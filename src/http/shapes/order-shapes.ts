// What is written and read of orders: bodies and replies as TypeBox schemas, for validation, types and the
// OpenAPI document at once.

import { type Static, Type } from 'typebox';
import { VOUCHERS_MAX } from '../../kernel/check-campaign.ts';
import { HOLD_MAX_MS, QUANTITY_MAX } from '../../kernel/check-command.ts';
import { ORDER_TRANSITIONS, type OrderState } from '../../kernel/order-states.ts';
import type { StageStatus } from '../../orders/plan-view.ts';
import { OPTIONAL_BODY } from '../check-shape.ts';
import { formatDuration } from '../duration.ts';
import {
  closed,
  Duration,
  Instant,
  lines,
  Metadata,
  PoolId,
  Quantity,
  Text,
  Version,
} from './parts.ts';

const { Optional } = Type;

export const Amount = Type.Integer({
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  description: 'Whole minor units (cents).',
});
export const Currency = Type.String({
  pattern: '^[A-Z]{3}$',
  examples: ['EUR'],
  description: 'ISO 4217.',
});
export const MoneyShape = Type.Object({ amount: Amount, currency: Currency }, closed);

export const OrderBody = Type.Object(
  {
    lines: lines(
      Type.Object(
        {
          pool: PoolId,
          quantity: Quantity,
          quantityMin: Optional(Type.Integer({ minimum: 0, maximum: QUANTITY_MAX })),
          unitPrice: Optional(Amount),
        },
        closed,
      ),
    ),
    buyer: Optional(Text()),
    channel: Optional(PoolId),
    currency: Optional(Currency),
    total: Optional(MoneyShape),
    vouchers: Optional(
      Type.Array(Text(), { maxItems: VOUCHERS_MAX, description: 'Codes, held with the order.' }),
    ),
    plan: Optional(PoolId),
    holdFor: Optional(
      Duration(`How long it may stay unpaid, up to ${formatDuration(HOLD_MAX_MS)}.`),
    ),
    reference: Optional(Text()),
    metadata: Optional(Metadata),
  },
  closed,
);

export const CancelOrderBody = Type.Object(
  {
    reason: Optional(Text()),
    by: Optional(
      Type.Unsafe<'buyer' | 'shop'>({
        type: 'string',
        enum: ['buyer', 'shop'],
        description:
          'Of a pre-order: its money goes back by its plan, or all of it. Default buyer.',
      }),
    ),
  },
  { ...closed, [OPTIONAL_BODY]: true },
);

export const FulfilBody = Type.Object(
  { reference: Optional(Text()) },
  { ...closed, [OPTIONAL_BODY]: true },
);

export const PaidBody = Type.Object(
  { reference: Optional(Text()), stage: Optional(Text(64)) },
  { ...closed, [OPTIONAL_BODY]: true },
);

export const OrderStatus = Type.Unsafe<OrderState>({
  type: 'string',
  // Who waits for a queue is shown as PENDING, with `queued`.
  enum: Object.keys(ORDER_TRANSITIONS).filter((state) => state !== 'QUEUED'),
  examples: ['RESERVED'],
});

const OrderPlanShape = Type.Object({
  name: Type.String(),
  launchAt: Optional(Instant),
  stages: Type.Array(
    Type.Object({
      name: Type.String(),
      amount: Amount,
      status: Type.Unsafe<StageStatus>({ type: 'string', enum: ['PAID', 'DUE', 'OPEN', 'OVER'] }),
      dueAt: Optional(Instant),
    }),
  ),
  paid: Type.Array(
    Type.Object({
      payment: Optional(Type.String({ format: 'uuid' })),
      stages: Type.Integer({ description: 'How many it was for.' }),
      amount: Amount,
      kept: Optional(Amount),
    }),
    { description: 'Oldest first.' },
  ),
  remindAt: Optional(Instant),
  kept: Optional(MoneyShape),
});

export const Order = Type.Object({
  orderId: Type.String({ format: 'uuid' }),
  status: OrderStatus,
  version: Version,
  lines: Type.Array(
    Type.Object({
      pool: PoolId,
      quantity: Type.Integer({ minimum: 0, description: 'Units granted.' }),
      asked: Optional(Type.Integer({ description: 'Units asked for, where fewer were granted.' })),
      confirmed: Optional(Type.Integer({ description: 'Units sold.' })),
      returned: Optional(Type.Integer({ description: 'Units that came back after the sale.' })),
      unitPrice: Optional(Amount),
    }),
  ),
  channel: Type.String(),
  reservation: Optional(Type.String({ format: 'uuid' })),
  sale: Optional(Type.String({ description: 'The sale in which it was bought.' })),
  preSold: Optional(
    Type.Object(
      { arrivesAt: Optional(Instant) },
      { description: 'It was taken before its units were there.' },
    ),
  ),
  awaitsStock: Optional(Type.Literal(true, { description: 'Its units are not there yet.' })),
  buyer: Optional(Type.String()),
  reference: Optional(Type.String()),
  metadata: Optional(Metadata),
  total: Optional(MoneyShape),
  discounts: Optional(
    Type.Array(
      Type.Object({
        code: Type.String(),
        campaign: Optional(Type.String()),
        amount: Optional(Amount),
        basisPoints: Optional(Type.Integer({ description: 'A share: 1,000 is a tenth.' })),
        amountMax: Optional(Amount),
      }),
    ),
  ),
  openPayments: Optional(Type.Array(Type.String({ format: 'uuid' }))),
  paidBy: Optional(Type.String({ format: 'uuid' })),
  openReturns: Optional(Type.Array(Type.String({ format: 'uuid' }))),
  refundWanted: Optional(MoneyShape),
  plan: Optional(OrderPlanShape),
  queued: Optional(
    Type.Boolean({ description: 'It waits for its turn: PENDING until it is decided.' }),
  ),
  turnOf: Optional(
    Type.String({
      description: 'The product among whose orders it takes its turn: that of its first line.',
    }),
  ),
  reason: Optional(Type.String()),
  supersededBy: Optional(Type.String({ format: 'uuid' })),
  history: Type.Array(Type.Object({ status: OrderStatus, at: Instant }), {
    description: 'The states that it was in, the present one last.',
  }),
  createdAt: Instant,
  updatedAt: Instant,
  expiresAt: Optional(
    Type.String({ format: 'date-time', description: 'Its next deadline: when it must be paid.' }),
  ),
});

const Choice = <Word extends string>(...words: Word[]) =>
  Type.Unsafe<Word>({ type: 'string', enum: words });

const policyFields = {
  deduct: Choice('on-order', 'on-payment'),
  holdFor: Duration('How long an order may stay unpaid.'),
  paymentFor: Duration('How much longer once its payment has begun.'),
  inProgress: Choice('any', 'one', 'latest'),
  onPaymentFailed: Choice('cancel', 'wait'),
  decides: Choice('at-once', 'queue'),
  queueFor: Duration('How long an order may wait for its turn.'),
  capture: Choice('automatic', 'manual'),
};

export const OrderPolicyBody = Type.Partial(Type.Object(policyFields, closed), {
  ...closed,
  [OPTIONAL_BODY]: true,
});

export const OrderPolicyShape = Type.Object({
  channel: Type.String(),
  ...policyFields,
  version: Version,
});

export type OrderOutside = Static<typeof Order>;
export type OrderPolicyOutside = Static<typeof OrderPolicyShape>;

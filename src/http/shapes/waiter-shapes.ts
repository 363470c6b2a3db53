// What is written and read of waiting lists: bodies and replies as TypeBox schemas.

import { type Static, Type } from 'typebox';
import { VOUCHERS_MAX } from '../../kernel/check-campaign.ts';
import { HOLD_MAX_MS } from '../../kernel/check-command.ts';
import { WAITER_TRANSITIONS, type WaiterState } from '../../kernel/waiter.ts';
import { OPTIONAL_BODY } from '../check-shape.ts';
import { formatDuration } from '../duration.ts';
import { Amount, Currency, MoneyShape } from './order-shapes.ts';
import {
  closed,
  Duration,
  Instant,
  Metadata,
  PoolId,
  Quantity,
  Solution,
  Text,
  Version,
} from './parts.ts';

const { Optional } = Type;

export const WaitBody = Type.Object(
  { buyer: Text(), quantity: Quantity, reference: Optional(Text()), challenge: Optional(Solution) },
  closed,
);

export const AcceptBody = Type.Object(
  {
    channel: Optional(PoolId),
    unitPrice: Optional(Amount),
    currency: Optional(Currency),
    total: Optional(MoneyShape),
    vouchers: Optional(
      Type.Array(Text(), { maxItems: VOUCHERS_MAX, description: 'Codes, held with the order.' }),
    ),
    holdFor: Optional(
      Duration(`How long it may stay unpaid, up to ${formatDuration(HOLD_MAX_MS)}.`),
    ),
    reference: Optional(Text()),
    metadata: Optional(Metadata),
  },
  { ...closed, [OPTIONAL_BODY]: true },
);

export const WaiterShape = Type.Object({
  id: Type.String({ format: 'uuid' }),
  pool: PoolId,
  sale: Optional(Type.String({ description: 'The sale that it waits in.' })),
  buyer: Type.String(),
  quantity: Type.Integer({ minimum: 1, description: 'Units asked for.' }),
  status: Type.Unsafe<WaiterState>({ type: 'string', enum: Object.keys(WAITER_TRANSITIONS) }),
  version: Version,
  reference: Optional(Type.String()),
  ahead: Optional(Type.Integer({ description: 'How many stand before it, while it waits.' })),
  reservation: Optional(
    Type.String({ format: 'uuid', description: 'What it was offered: held for this buyer.' }),
  ),
  offered: Optional(Type.Integer({ description: 'Units that it is offered now.' })),
  expiresAt: Optional(Type.String({ format: 'date-time', description: 'When the offer lapses.' })),
  reason: Optional(Type.String({ description: 'Why it was passed over.' })),
  createdAt: Instant,
  updatedAt: Instant,
});

export type WaiterOutside = Static<typeof WaiterShape>;

/** As a caller writes and reads them. */
export type WaitIn = Static<typeof WaitBody>;
export type AcceptIn = Static<typeof AcceptBody>;

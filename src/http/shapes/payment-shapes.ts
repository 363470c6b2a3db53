// What is written and read of payments: bodies and replies as TypeBox schemas, for validation, types and
// the OpenAPI document at once.

import { type Static, Type } from 'typebox';
import { PAYMENT_NEXT, type PaymentState } from '../../kernel/payment.ts';
import { OPTIONAL_BODY } from '../check-shape.ts';
import { Amount, MoneyShape } from './order-shapes.ts';
import { closed, Instant, Text, Version } from './parts.ts';

const { Optional } = Type;

export const StartPaymentBody = Type.Object(
  {
    provider: Optional(Text(64)),
    returnUrl: Optional(
      Type.String({ maxLength: 2_048, description: "Where the buyer's browser goes after it." }),
    ),
    stages: Optional(
      Type.Unsafe<'next' | 'all'>({
        type: 'string',
        enum: ['next', 'all'],
        description: 'Of a pre-order: the stage that is due, or all that are left.',
      }),
    ),
  },
  { ...closed, [OPTIONAL_BODY]: true },
);

export const EmptyBody = Type.Object({}, { ...closed, [OPTIONAL_BODY]: true });

export const PaymentShape = Type.Object({
  paymentId: Type.String({ format: 'uuid' }),
  order: Type.String({ format: 'uuid' }),
  provider: Type.String(),
  status: Type.Unsafe<PaymentState>({
    type: 'string',
    enum: Object.keys(PAYMENT_NEXT),
    examples: ['OPEN'],
  }),
  version: Version,
  due: MoneyShape,
  capture: Type.Unsafe<'automatic' | 'manual'>({ type: 'string', enum: ['automatic', 'manual'] }),
  authorised: Amount,
  captured: Amount,
  refunded: Amount,
  action: Optional(
    Type.Object(
      {
        kind: Type.String({ examples: ['redirect'] }),
        url: Optional(Type.String()),
        secret: Optional(Type.String({ description: "For the provider's code in a browser." })),
      },
      { description: 'What the buyer must do.' },
    ),
  ),
  reference: Optional(Type.String({ description: "The provider's own id of it." })),
  reason: Optional(Type.String({ description: 'Why its money is not wanted.' })),
  createdAt: Instant,
  updatedAt: Instant,
});

export type PaymentOutside = Static<typeof PaymentShape>;

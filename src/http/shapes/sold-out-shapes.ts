// What is written and read of a sale that is sold out, as TypeBox schemas.

import { type Static, Type } from 'typebox';
import { QUANTITY_MAX } from '../../kernel/check-command.ts';
import { ALTERNATIVES_MAX } from '../../kernel/check-sold-out.ts';
import { SOLD_OUT_CHOICES, type SoldOutChoice } from '../../kernel/sold-out.ts';
import { closed, Duration, Instant, PoolId } from './parts.ts';

const { Optional } = Type;

export const WhenSoldOutShape = Type.Object(
  {
    do: Type.Unsafe<SoldOutChoice>({
      type: 'string',
      enum: [...SOLD_OUT_CHOICES],
      examples: ['waiting-list'],
    }),
    pools: Optional(
      Type.Array(PoolId, {
        maxItems: ALTERNATIVES_MAX,
        description: 'With alternatives: what is offered instead.',
      }),
    ),
    offerFor: Optional(Duration('With a waiting list: how long an offer stands.')),
    quantityMax: Optional(
      Type.Integer({
        ...{ minimum: 1, maximum: QUANTITY_MAX },
        description: 'With a pre-sale: how many more of each item are sold.',
      }),
    ),
    arrivesAt: Optional(Instant),
  },
  { ...closed, description: 'What becomes of those who find it sold out. Default: refuse.' },
);

export type WhenSoldOutOutside = Static<typeof WhenSoldOutShape>;

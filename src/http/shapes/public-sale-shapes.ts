// What anybody reads of a flash sale, as a TypeBox schema: validation, types and the OpenAPI document at once.

import { type Static, Type } from 'typebox';
import { AVAILABILITY_WORDS, type AvailabilityWord } from '../../kernel/availability-word.ts';
import { Instant, PoolId } from './parts.ts';
import { SaleShape } from './sale-shapes.ts';

const { Optional } = Type;
const { limits, currency } = SaleShape.properties;

export const PublicSaleShape = Type.Object({
  sale: Type.String(),
  status: Type.Unsafe<'ARMED' | 'OPEN' | 'CLOSED'>({
    type: 'string',
    enum: ['ARMED', 'OPEN', 'CLOSED'],
    description: 'As of when this was made: it opens at `opensAt` and closes at `closesAt`.',
    examples: ['OPEN'],
  }),
  items: Type.Array(
    Type.Object({
      pool: PoolId,
      from: PoolId,
      unitPrice: Optional(SaleShape.properties.items.items.properties.unitPrice),
      availability: Optional(
        Type.Unsafe<AvailabilityWord>({
          type: 'string',
          enum: [...AVAILABILITY_WORDS],
          description: 'Missing once it is closed.',
        }),
      ),
    }),
  ),
  limits,
  opensAt: Optional(Instant),
  closesAt: Optional(Instant),
  currency,
});

export type PublicSaleOutside = Static<typeof PublicSaleShape>;

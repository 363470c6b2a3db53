// What is written and read of flash sales: bodies and replies as TypeBox schemas, for validation, types and the
// OpenAPI document at once.

import { type Static, Type } from 'typebox';
import { VOUCHERS_MAX } from '../../kernel/check-campaign.ts';
import { HOLD_MAX_MS, QUANTITY_MAX } from '../../kernel/check-command.ts';
import { SALE_ITEMS_MAX, SALE_LIMITS_MAX } from '../../kernel/check-sale.ts';
import { SALE_TRANSITIONS, type SaleState } from '../../kernel/sale.ts';
import { OPTIONAL_BODY } from '../check-shape.ts';
import { formatDuration } from '../duration.ts';
import { Amount, Currency } from './order-shapes.ts';
import {
  Balance,
  closed,
  Duration,
  Instant,
  limitFields,
  lines,
  Metadata,
  PoolId,
  Quantity,
  Text,
  Version,
} from './parts.ts';

const { Optional } = Type;

const SaleName = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
  examples: ['black-friday'],
});
const { scope: _, ...rule } = limitFields;
const Limit = Type.Object(
  {
    ...rule,
    of: Optional(
      Type.Unsafe<'item' | 'sale'>({
        type: 'string',
        enum: ['item', 'sale'],
        description: 'Counts each item by itself (default), or all of the sale together.',
      }),
    ),
  },
  closed,
);
const item = {
  from: Type.String({ ...PoolId, description: 'Its units come from there, and go back there.' }),
  quantity: Quantity,
  unitPrice: Optional(Amount),
};

const draft = {
  items: Type.Array(
    Type.Object(
      {
        ...item,
        pool: Optional(
          Type.String({ ...PoolId, description: 'Its own pool. Default `<from>:<sale>`.' }),
        ),
      },
      closed,
    ),
    { minItems: 1, maxItems: SALE_ITEMS_MAX },
  ),
  opensAt: Optional(Instant),
  closesAt: Optional(Instant),
  limits: Optional(Type.Array(Limit, { maxItems: SALE_LIMITS_MAX })),
  currency: Optional(Currency),
  channel: Optional(PoolId),
};

export const PutSaleBody = Type.Object(draft, closed);
export const CreateSaleBody = Type.Object({ sale: SaleName, ...draft }, closed);
export const SaleVerbBody = Type.Object({}, { ...closed, [OPTIONAL_BODY]: true });

export const SaleCheckoutBody = Type.Object(
  {
    lines: lines(
      Type.Object(
        {
          pool: Type.String({
            ...PoolId,
            description: 'Of the sale, or the one its units come from.',
          }),
          quantity: Quantity,
          quantityMin: Optional(
            Type.Integer({
              minimum: 0,
              maximum: QUANTITY_MAX,
              description: 'Take as many as there are and the limits allow, at least this many.',
            }),
          ),
          unitPrice: Optional(Amount),
        },
        closed,
      ),
    ),
    buyer: Optional(Text()),
    vouchers: Optional(Type.Array(Text(), { maxItems: VOUCHERS_MAX })),
    holdFor: Optional(
      Duration(`How long it may stay unpaid, up to ${formatDuration(HOLD_MAX_MS)}.`),
    ),
    reference: Optional(Text()),
    metadata: Optional(Metadata),
  },
  closed,
);

export const SaleStatus = Type.Unsafe<SaleState>({
  type: 'string',
  enum: Object.keys(SALE_TRANSITIONS),
  examples: ['OPEN'],
});

export const SaleShape = Type.Object({
  sale: Type.String(),
  status: SaleStatus,
  version: Version,
  items: Type.Array(
    Type.Object({
      ...item,
      pool: PoolId,
      available: Optional(Balance),
      held: Optional(Balance),
      sold: Optional(Balance),
    }),
  ),
  limits: Type.Array(Limit),
  opensAt: Optional(Instant),
  closesAt: Optional(Instant),
  currency: Optional(Currency),
  channel: Optional(PoolId),
  createdAt: Instant,
  updatedAt: Instant,
});

export type SaleIn = Static<typeof PutSaleBody>;
export type SaleCheckoutIn = Static<typeof SaleCheckoutBody>;
export type SaleOutside = Static<typeof SaleShape>;

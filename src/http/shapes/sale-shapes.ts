// What is written and read of flash sales: bodies and replies as TypeBox schemas, for validation, types and the
// OpenAPI document at once.

import { type Static, Type } from 'typebox';
import { VOUCHERS_MAX } from '../../kernel/check-campaign.ts';
import { HOLD_MAX_MS, QUANTITY_MAX } from '../../kernel/check-command.ts';
import {
  CHALLENGE_COST_MAX,
  CHALLENGE_FROM_MAX,
  MULTIPLE_MAX,
  MULTIPLE_MIN,
  RATE_MAX,
  RATE_MIN,
  SALE_ITEMS_MAX,
  SALE_LIMITS_MAX,
} from '../../kernel/check-sale.ts';
import { SALE_TRANSITIONS, type SaleLimit, type SaleState } from '../../kernel/sale.ts';
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
  PASS_MAX,
  PoolId,
  Quantity,
  Solution,
  Text,
  Version,
} from './parts.ts';

import { RoomShape } from './place-shapes.ts';
import { WhenSoldOutShape } from './sold-out-shapes.ts';

const { Optional } = Type;

const SaleName = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$',
  examples: ['black-friday'],
});
const { scope: _, ...rule } = limitFields;
const Limit = Type.Object(
  {
    ...rule,
    per: Type.Unsafe<SaleLimit['per']>({
      type: 'string',
      enum: ['order', 'buyer', 'address'],
      description: '`address`: all who come from one address, or from one /64 of IPv6.',
    }),
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

const Rate = Type.Object(
  {
    perSecond: Type.Number({ minimum: RATE_MIN, maximum: RATE_MAX }),
    burst: Type.Integer({ minimum: 1, maximum: RATE_MAX, description: 'So many at once.' }),
  },
  closed,
);

const Gate = Type.Object(
  {
    multiple: Type.Number({
      minimum: MULTIPLE_MIN,
      maximum: MULTIPLE_MAX,
      description: 'Attempts in hand at once for each unit that is left.',
    }),
    by: Type.Unsafe<'arrival' | 'lot'>({ type: 'string', enum: ['arrival', 'lot'] }),
    drawEvery: Optional(Duration('How long attempts are gathered before lots are drawn.')),
  },
  closed,
);

const Challenge = Type.Object(
  {
    kind: Type.String({ examples: ['altcha'] }),
    from: Type.Integer({
      minimum: 0,
      maximum: CHALLENGE_FROM_MAX,
      description: 'Asked for from this anomaly score on; 0: of everybody.',
    }),
    cost: Optional(Type.Integer({ minimum: 1, maximum: CHALLENGE_COST_MAX })),
  },
  closed,
);

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
  rate: Optional(Rate),
  buyerRate: Optional(Rate),
  gate: Optional(Gate),
  whenSoldOut: Optional(WhenSoldOutShape),
  room: Optional(RoomShape),
  challenge: Optional(Challenge),
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
    pass: Optional(
      Type.String({
        maxLength: PASS_MAX,
        description: 'Of the waiting room, where the sale has one.',
      }),
    ),
    vouchers: Optional(Type.Array(Text(), { maxItems: VOUCHERS_MAX })),
    holdFor: Optional(
      Duration(`How long it may stay unpaid, up to ${formatDuration(HOLD_MAX_MS)}.`),
    ),
    reference: Optional(Text()),
    metadata: Optional(Metadata),
    challenge: Optional(Solution),
  },
  closed,
);

export const ChallengeQuery = Type.Object({ buyer: Optional(Text()) }, closed);
export const ChallengeOut = Type.Unsafe<Record<string, unknown>>({
  type: 'object',
  additionalProperties: true,
  description: 'As the page of its kind needs it.',
});

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
      pre: Optional(Type.String({ ...PoolId, description: 'Its pre-sold orders stand there.' })),
      available: Optional(Balance),
      held: Optional(Balance),
      sold: Optional(Balance),
    }),
  ),
  limits: Type.Array(Limit),
  opensAt: Optional(Instant),
  closesAt: Optional(Instant),
  rate: Optional(Rate),
  buyerRate: Optional(Rate),
  gate: Optional(Gate),
  whenSoldOut: Optional(WhenSoldOutShape),
  room: Optional(RoomShape),
  challenge: Optional(Challenge),
  currency: Optional(Currency),
  channel: Optional(PoolId),
  createdAt: Instant,
  updatedAt: Instant,
});

export type SaleIn = Static<typeof PutSaleBody>;
export type SaleCheckoutIn = Static<typeof SaleCheckoutBody>;
export type SaleOutside = Static<typeof SaleShape>;

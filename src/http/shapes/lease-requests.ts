// What nodes write: the bodies of requests about leases as TypeBox schemas, for validation, types and
// the OpenAPI document at once.

import { Type } from 'typebox';
import { HOLD_MAX_MS } from '../../kernel/check-command.ts';
import { SALES_MAX } from '../../kernel/check-lease.ts';
import { OPTIONAL_BODY } from '../check-shape.ts';
import { formatDuration } from '../duration.ts';
import { closed, Duration, Instant, lines, Metadata, PoolId, Quantity, Text } from './parts.ts';

const { Optional } = Type;

const quantityMin = Optional(
  Type.Integer({ minimum: 1, description: 'Take as many as there are, at least this many.' }),
);
const leaseFor = (without: string) =>
  Optional(
    Duration(
      `How long the share stays the node's, up to ${formatDuration(HOLD_MAX_MS)}. ${without}`,
    ),
  );

export const LeaseBody = Type.Object(
  {
    node: Text(128),
    pool: PoolId,
    quantity: Quantity,
    quantityMin,
    leaseFor: leaseFor('Without it there is no end: an offline till.'),
  },
  closed,
);

export const TopUpBody = Type.Object({ quantity: Quantity, quantityMin }, closed);

export const RenewBody = Type.Object(
  { leaseFor: leaseFor('From now; without it as the lease was made.') },
  { ...closed, [OPTIONAL_BODY]: true },
);

export const GiveBackBody = Type.Object(
  { quantity: Optional(Quantity) },
  { ...closed, [OPTIONAL_BODY]: true },
);

const Sales = Type.Array(
  Type.Object(
    {
      id: Type.String({ format: 'uuid', description: 'Made by the node; takes effect once.' }),
      lines: lines(
        Type.Object(
          {
            pool: PoolId,
            quantity: Quantity,
            lease: Optional(
              Type.String({ format: 'uuid', description: 'Default: the one reported to.' }),
            ),
          },
          closed,
        ),
      ),
      buyer: Optional(Text()),
      reference: Optional(Text()),
      metadata: Optional(Metadata),
      soldAt: Optional(Instant),
    },
    closed,
  ),
  { minItems: 1, maxItems: SALES_MAX },
);

export const RecordBody = Type.Object({ sales: Sales }, closed);

export const SettleBody = Type.Object(
  { sales: Optional(Sales) },
  { ...closed, [OPTIONAL_BODY]: true },
);

export const WriteOffBody = Type.Object(
  {
    to: Type.Union([Type.Literal('written-off'), Type.Literal('available')], {
      description: 'Where the units go that nobody reported.',
    }),
    reason: Optional(Text()),
  },
  closed,
);

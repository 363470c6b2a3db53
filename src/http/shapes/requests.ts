// What others write: the bodies of requests as TypeBox schemas, for validation, types and the OpenAPI
// document at once.

import { Type } from 'typebox';
import { HOLD_MAX_MS, QUANTITY_MAX } from '../../kernel/check-command.ts';
import { CHECKED_LATER, OPTIONAL_BODY } from '../check-shape.ts';
import { formatDuration } from '../duration.ts';
import {
  closed,
  Duration,
  limitFields,
  lines,
  Metadata,
  PoolId,
  Quantity,
  Segments,
  Text,
} from './parts.ts';

const { Optional } = Type;

export const PutPoolBody = Type.Object(
  {
    product: Optional(PoolId),
    place: Optional(Text(128)),
    home: Optional(PoolId),
    segments: Optional(Segments),
  },
  { ...closed, [OPTIONAL_BODY]: true },
);

export const ReceiveBody = Type.Object({ quantity: Quantity, reference: Optional(Text()) }, closed);

export const AdjustBody = Type.Object(
  {
    quantity: Type.Integer({
      minimum: -QUANTITY_MAX,
      maximum: QUANTITY_MAX,
      description: 'Found (positive) or lost (negative) units; not 0.',
    }),
    reason: Optional(Text()),
    upTo: Optional(Type.Boolean({ description: 'Lose as many as are there, if that is fewer.' })),
  },
  closed,
);

export const TransferBody = Type.Object(
  { from: PoolId, to: PoolId, quantity: Quantity, reference: Optional(Text()) },
  closed,
);

export const PutLimitBody = Type.Object(limitFields, closed);

const QuantityLine = Type.Object({ pool: PoolId, quantity: Quantity }, closed);
const KeptLine = Type.Object(
  { pool: PoolId, quantity: Type.Integer({ minimum: 0, maximum: QUANTITY_MAX }) },
  closed,
);

export const ReserveBody = Type.Object(
  {
    lines: lines(
      Type.Object(
        {
          pool: PoolId,
          quantity: Quantity,
          quantityMin: Optional(
            Type.Integer({
              minimum: 0,
              maximum: QUANTITY_MAX,
              description: 'Take as many as there are, at least this many.',
            }),
          ),
        },
        closed,
      ),
    ),
    buyer: Optional(Text()),
    holdFor: Optional(
      Duration(`How long the units are set aside, up to ${formatDuration(HOLD_MAX_MS)}.`),
    ),
    holdCap: Optional(Duration('How long all extensions together may keep them.')),
    reference: Optional(Text()),
    metadata: Optional(Metadata),
  },
  closed,
);

export const ConfirmBody = Type.Object(
  { lines: Optional(lines(KeptLine)) },
  { ...closed, [OPTIONAL_BODY]: true },
);
export const CancelBody = Type.Object({}, { ...closed, [OPTIONAL_BODY]: true });
export const ExtendBody = Type.Object({ holdFor: Duration('From now on.') }, closed);
export const LinesBody = Type.Object({ lines: lines(QuantityLine) }, closed);

// ── Batches ─────────────────────────────────────────────────────────────────────────────────────

export const ITEMS_MAX = 1_000;

const ItemKey = Optional(
  Type.String({ pattern: '^[ -~]{1,256}$', description: "The item's own idempotency key." }),
);

function verbItem<Op extends string, Fields extends Type.TProperties>(op: Op, fields: Fields) {
  const own = { op: Type.Literal(op), key: ItemKey, reservation: Type.String() };
  return Type.Object({ ...own, ...fields }, closed);
}

/** What an item of a batch may be, by its `op`. */
export const BATCH_ITEMS = {
  reserve: Type.Object(
    { op: Optional(Type.Literal('reserve')), key: ItemKey, ...ReserveBody.properties },
    closed,
  ),
  confirm: verbItem('confirm', ConfirmBody.properties),
  cancel: verbItem('cancel', CancelBody.properties),
  extend: verbItem('extend', ExtendBody.properties),
  change: verbItem('change', LinesBody.properties),
  return: verbItem('return', LinesBody.properties),
};

export const BatchBody = Type.Object(
  {
    items: Type.Array(
      Type.Unsafe<unknown>({ ...Type.Union(Object.values(BATCH_ITEMS)), [CHECKED_LATER]: true }),
      { minItems: 1, maxItems: ITEMS_MAX },
    ),
  },
  closed,
);

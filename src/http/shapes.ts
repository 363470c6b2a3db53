// The outside format as TypeBox schemas: one source for validation, types and the OpenAPI document.
// What others write comes first, what they read after it. Bounds are taken from the kernel.

import { type Static, Type } from 'typebox';
import {
  HOLD_MAX_MS,
  LINES_MAX,
  METADATA_MAX,
  QUANTITY_MAX,
  TEXT_MAX,
} from '../kernel/check-command.ts';
import { OPTIONAL_BODY } from './check-shape.ts';
import { DURATION_PATTERN, formatDuration } from './duration.ts';
import { PROBLEM_CODES } from './problem.ts';

const closed = { additionalProperties: false };
const { Optional } = Type;

const PoolId = Type.String({ pattern: '^[A-Za-z0-9._:@-]{1,128}$', examples: ['tea'] });
const Quantity = Type.Integer({ minimum: 1, maximum: QUANTITY_MAX });
const Text = (max = TEXT_MAX) => Type.String({ minLength: 1, maxLength: max });
const Duration = (description: string) =>
  Type.String({ pattern: DURATION_PATTERN, examples: ['PT15M', '15m'], description });
const Instant = Type.String({ format: 'date-time', examples: ['2026-11-20T09:30:00.000Z'] });
const Version = Type.Integer({ minimum: 0, description: 'Grows with every change; the ETag.' });
const Balance = Type.Integer();
const Metadata = Type.Unsafe<Record<string, never>>({
  type: 'object',
  additionalProperties: true,
  description: `Up to ${METADATA_MAX} bytes of JSON, kept as it is.`,
});

function lines<T extends Type.TSchema>(line: T) {
  return Type.Array(line, { minItems: 1, maxItems: LINES_MAX });
}

// ── What others write ───────────────────────────────────────────────────────────────────────────

export const PutPoolBody = Type.Object(
  { product: Optional(PoolId), place: Optional(Text(128)), home: Optional(PoolId) },
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

const LimitScope = Type.Union([
  Type.Literal('all'),
  Type.Object({ pools: lines(PoolId) }, closed),
  Type.Object({ products: lines(PoolId) }, closed),
]);
const Per = Type.Union([Type.Literal('order'), Type.Literal('buyer')]);
const Period = Type.Union([
  Type.Literal('day'),
  Type.Literal('week'),
  Type.Literal('month'),
  Type.Literal('year'),
]);

const limitFields = {
  per: Per,
  scope: LimitScope,
  quantityMax: Quantity,
  period: Optional(Period),
  timeZone: Optional(Type.String({ examples: ['Europe/Berlin'] })),
  window: Optional(Duration('Counts what was reserved within this time. Not with a period.')),
  returnsGiveBack: Optional(Type.Boolean({ description: 'A returned unit may be bought again.' })),
};

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

// ── What others read ────────────────────────────────────────────────────────────────────────────

const balances = {
  available: Balance,
  held: Balance,
  sold: Balance,
  safety: Balance,
  returning: Balance,
  inspecting: Balance,
  quarantined: Balance,
  offered: Balance,
  leased: Balance,
  inTransit: Balance,
  supply: Type.Integer({ description: 'Minus what came in from outside.' }),
  writtenOff: Balance,
};
const info = {
  id: PoolId,
  product: Type.String(),
  place: Type.String(),
  home: Optional(PoolId),
  state: Type.Union([Type.Literal('OPEN'), Type.Literal('CLOSED')]),
  version: Version,
};

export const PoolInfo = Type.Object(info);
export const Pool = Type.Object({ ...info, ...balances });
export const PoolBalances = Type.Object({ id: PoolId, at: Instant, ...balances });
export const Moved = Type.Object({
  pool: PoolId,
  quantity: Type.Integer({ minimum: 0 }),
  version: Version,
});
export const Transferred = Type.Object({
  from: PoolId,
  to: PoolId,
  quantity: Quantity,
  version: Version,
});
export const Limit = Type.Object({ limit: PoolId, ...limitFields, version: Version });

export const Status = Type.Union(
  [
    Type.Literal('HELD'),
    Type.Literal('CONFIRMING'),
    Type.Literal('CONFIRMED'),
    Type.Literal('CANCELLED'),
    Type.Literal('EXPIRED'),
  ],
  { examples: ['HELD'] },
);

export const Reservation = Type.Object({
  id: Type.String({ format: 'uuid' }),
  status: Status,
  version: Version,
  lines: Type.Array(
    Type.Object({
      pool: PoolId,
      quantity: Type.Integer({ minimum: 0, description: 'Units granted.' }),
      asked: Optional(Type.Integer({ description: 'Units asked for, where fewer were granted.' })),
      confirmed: Optional(Type.Integer({ description: 'Units sold.' })),
      returned: Optional(Type.Integer({ description: 'Units that came back after the sale.' })),
    }),
  ),
  buyer: Optional(Type.String()),
  reference: Optional(Type.String()),
  metadata: Optional(Metadata),
  createdAt: Instant,
  updatedAt: Instant,
  expiresAt: Optional(Instant),
});

export const Entry = Type.Object({
  position: Type.Integer({ minimum: 1, description: 'Gapless.' }),
  at: Instant,
  events: Type.Array(
    Type.Object({
      type: Type.String({ examples: ['reservation.held'] }),
      subject: Type.String(),
      data: Optional(Type.Unsafe<object>({ type: 'object', additionalProperties: true })),
    }),
  ),
  moves: Type.Array(
    Type.Object({
      from: Type.String({ examples: ['tea/available'] }),
      to: Type.String({ examples: ['tea/held'] }),
      quantity: Quantity,
    }),
  ),
  pools: Type.Array(
    Type.Object({
      pool: PoolId,
      version: Version,
      product: Optional(Type.String()),
      place: Optional(Type.String()),
      home: Optional(PoolId),
      state: Optional(info.state),
    }),
  ),
  reservations: Type.Array(Type.Unsafe<ReservationOutside>({ $ref: 'Reservation#' })),
  limits: Type.Array(Type.Unsafe<LimitOutside>({ $ref: 'Limit#' })),
  principal: Optional(Type.String({ description: 'Who asked.' })),
});

export const ProblemShape = Type.Object(
  {
    type: Type.String({ format: 'uri-reference', examples: ['/errors/insufficient-stock'] }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'A sentence for the person who asked.' }),
    code: Type.Unsafe<string>({ type: 'string', enum: [...PROBLEM_CODES] }),
  },
  { additionalProperties: true },
);

/** What the OpenAPI document names, so that generated clients have types for it. */
export const COMPONENTS = {
  PoolInfo,
  Pool,
  PoolBalances,
  Moved,
  Transferred,
  Limit,
  Reservation,
  Entry,
  Problem: ProblemShape,
};

export type ComponentName = keyof typeof COMPONENTS;

export type ReservationOutside = Static<typeof Reservation>;
export type PoolOutside = Static<typeof Pool>;
export type PoolInfoOutside = Static<typeof PoolInfo>;
export type PoolBalancesOutside = Static<typeof PoolBalances>;
export type LimitOutside = Static<typeof Limit>;
export type EntryOutside = Static<typeof Entry>;

// What is written and read of returns: bodies and replies as TypeBox schemas, for validation, types and the
// OpenAPI document at once.

import { type Static, type TSchema, Type } from 'typebox';
import { LINES_MAX } from '../../kernel/check-command.ts';
import {
  CARRIER_EVENTS,
  DELIVERY_EVENTS,
  FROM_QUARANTINE,
  MISSING,
  VERDICTS,
} from '../../kernel/check-return.ts';
import { RETURN_TRANSITIONS, type ReturnState } from '../../kernel/return-states.ts';
import { CHECKED_LATER, OPTIONAL_BODY } from '../check-shape.ts';
import { Amount, MoneyShape } from './order-shapes.ts';
import { closed, Instant, lines, PoolId, Quantity, Text, Version } from './parts.ts';

const { Optional } = Type;
const optional = { ...closed, [OPTIONAL_BODY]: true };
const Id = Type.String({ format: 'uuid' });

const choice = <Word extends string>(words: readonly Word[]) =>
  Type.Unsafe<Word>({ type: 'string', enum: [...words] });

const LineNumber = Type.Integer({
  minimum: 0,
  maximum: LINES_MAX,
  description: 'Which line of the sale, from 0; in place of a pool.',
});
const named = { line: Optional(LineNumber), pool: Optional(PoolId), quantity: Quantity };
const NamedLines = lines(Type.Object(named, closed));
const InspectedLines = lines(Type.Object({ ...named, verdict: choice(VERDICTS) }, closed));
const told = {
  at: Optional(Type.String({ format: 'date-time', description: 'When, by the carrier.' })),
  reference: Optional(Text()),
};
const Refund = Optional(
  Type.Unsafe<number>({
    ...Amount,
    description: 'What is to be refunded for the whole return, in place of what the prices say.',
  }),
);

export const RequestReturnBody = Type.Object(
  {
    order: Optional(Id),
    reservation: Optional(Id),
    lines: Optional(NamedLines),
    reason: Optional(Text()),
  },
  closed,
);
export const ReturnCarrierBody = Type.Object({ event: choice(CARRIER_EVENTS), ...told }, closed);
export const DeliveryFailedBody = Type.Object({ event: choice(DELIVERY_EVENTS), ...told }, closed);
export const ReceiveReturnBody = Type.Object(
  { lines: NamedLines, reference: Optional(Text()) },
  closed,
);
export const InspectReturnBody = Type.Object({ lines: InspectedLines, refund: Refund }, closed);
export const CloseReturnBody = Type.Object(
  { missing: Optional(choice(MISSING)), refund: Refund, reason: Optional(Text()) },
  optional,
);
export const CancelReturnBody = Type.Object({ reason: Optional(Text()) }, optional);
export const UnquarantineBody = Type.Object(
  { quantity: Quantity, to: choice(FROM_QUARANTINE), reason: Optional(Text()) },
  closed,
);

export const ReturnStatus = Type.Unsafe<ReturnState>({
  type: 'string',
  enum: Object.keys(RETURN_TRANSITIONS),
  examples: ['REQUESTED'],
});

const Count = Optional(Type.Integer({ minimum: 1 }));

export const ReturnShape = Type.Object({
  id: Id,
  status: ReturnStatus,
  version: Version,
  order: Optional(Id),
  reservation: Id,
  lines: Type.Array(
    Type.Object({
      line: Type.Integer({ minimum: 0, description: 'Which line of the sale, from 0.' }),
      pool: PoolId,
      quantity: Type.Integer({ minimum: 0, description: 'Units taken back from the sale.' }),
      returning: Type.Integer({ minimum: 0, description: 'On their way.' }),
      inspecting: Type.Integer({ minimum: 0, description: 'At the dock, not inspected.' }),
      received: Count,
      sellable: Count,
      quarantined: Count,
      writtenOff: Count,
      lost: Count,
      kept: Optional(Type.Integer({ minimum: 1, description: 'They stay with the buyer.' })),
    }),
  ),
  buyer: Optional(Type.String()),
  reason: Optional(Type.String()),
  carrier: Optional(
    Type.Array(
      Type.Object({
        event: choice(CARRIER_EVENTS),
        at: Optional(Instant),
        reference: Optional(Type.String()),
      }),
    ),
  ),
  unmatched: Optional(
    Type.Array(Type.Object({ pool: PoolId, quantity: Type.Integer({ minimum: 1 }) }), {
      description: 'What arrived and was not sold there: it is no stock.',
    }),
  ),
  refundWanted: Optional(MoneyShape),
  history: Type.Array(Type.Object({ status: ReturnStatus, at: Instant })),
  createdAt: Instant,
  updatedAt: Instant,
});

export type ReturnOutside = Static<typeof ReturnShape>;

// ── Events of a warehouse ───────────────────────────────────────────────────────────────────────

export const EVENTS_MAX = 1_000;

const EventId = Type.String({
  minLength: 1,
  maxLength: 128,
  description: "The warehouse's own: an event takes effect once.",
});

function eventOf<Kind extends string, Fields extends Type.TProperties>(type: Kind, fields: Fields) {
  return Type.Object({ id: EventId, type: Type.Literal(type), ...fields }, closed);
}

const ofReturn = { return: Id };
const ofOrder = { order: Id };

/** What a warehouse may tell, by `type`. */
export const WAREHOUSE_EVENTS = {
  'delivery.not-reachable': eventOf('delivery.not-reachable', { ...ofOrder, ...told }),
  'delivery.refused': eventOf('delivery.refused', { ...ofOrder, ...told }),
  'return.picked-up': eventOf('return.picked-up', { ...ofReturn, ...told }),
  'return.not-reachable': eventOf('return.not-reachable', { ...ofReturn, ...told }),
  'return.refused': eventOf('return.refused', { ...ofReturn, ...told }),
  'return.lost': eventOf('return.lost', { ...ofReturn, ...told }),
  'return.received': eventOf('return.received', { ...ofReturn, ...ReceiveReturnBody.properties }),
  'return.inspected': eventOf('return.inspected', { ...ofReturn, ...InspectReturnBody.properties }),
} as const satisfies Record<string, TSchema>;

export type WarehouseEventType = keyof typeof WAREHOUSE_EVENTS;

export const WarehouseBody = Type.Object(
  {
    events: Type.Array(
      Type.Unsafe<unknown>({
        ...Type.Union(Object.values(WAREHOUSE_EVENTS)),
        [CHECKED_LATER]: true,
      }),
      { minItems: 1, maxItems: EVENTS_MAX },
    ),
  },
  closed,
);

/** Who uses it says where a problem is described: its shape is among the replies of all routes. */
export const WarehouseResults = Type.Object({
  results: Type.Array(
    Type.Object({
      id: Optional(Type.String()),
      status: Type.Integer({ description: 'What the event alone would have been answered with.' }),
      replayed: Optional(Type.Boolean({ description: 'It took effect before.' })),
      return: Optional(Type.Unsafe<ReturnOutside>({ $ref: 'Return#' })),
      problem: Optional(Type.Unsafe<object>({ $ref: 'Problem#' })),
    }),
    { description: 'One for each event, in the order of the events.' },
  ),
});

/** As a caller writes and reads them. */
export type RequestReturnIn = Static<typeof RequestReturnBody>;
export type ReturnCarrierIn = Static<typeof ReturnCarrierBody>;
export type UndeliveredIn = Static<typeof DeliveryFailedBody>;
export type ReceiveReturnIn = Static<typeof ReceiveReturnBody>;
export type InspectReturnIn = Static<typeof InspectReturnBody>;
export type CloseReturnIn = Static<typeof CloseReturnBody>;
export type UnquarantineIn = Static<typeof UnquarantineBody>;
export type WarehouseResultsOutside = Static<typeof WarehouseResults>;

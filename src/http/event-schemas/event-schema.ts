// The JSON Schema (2020-12) of every type of event, as it is relayed: made of the shapes that the API
// answers with, so that both say the same. Checks nothing itself.

import { Type } from 'typebox';
import { INSIDE, OUTSIDE } from '../../kernel/accounts.ts';
import { accountOutside } from '../outside.ts';
import { Order } from '../shapes/order-shapes.ts';
import { Instant, PoolOrSegmentId } from '../shapes/parts.ts';
import { Reservation } from '../shapes/replies.ts';
import { ReturnShape } from '../shapes/return-shapes.ts';
import { WaiterShape } from '../shapes/waiter-shapes.ts';
import type { DataSchema } from './data-parts.ts';
import { ORDER_EVENT_DATA } from './order-events.ts';
import { OTHER_EVENTS } from './other-events.ts';
import { STOCK_EVENTS } from './stock-events.ts';

const EVENT_DATA = { ...STOCK_EVENTS, ...ORDER_EVENT_DATA, ...OTHER_EVENTS };

export type EventType = keyof typeof EVENT_DATA;

/** Every type of event, in no order that means anything. */
export const EVENT_TYPES = Object.keys(EVENT_DATA) as EventType[];

/** A JSON Schema. */
export type JsonSchema = { [keyword: string]: unknown };

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';
/** Grows when an event of these types can look as no schema of this number says. */
const FORM = 1;

const DOCUMENTS = {
  order: Order,
  reservation: Reservation,
  return: ReturnShape,
  waiter: WaiterShape,
};

/** What types that begin so are about, where that has a look of its own. */
const ABOUT: Record<string, keyof typeof DOCUMENTS> = {
  order: 'order',
  stage: 'order',
  voucher: 'order',
  reservation: 'reservation',
  return: 'return',
  waiter: 'waiter',
};

/** Undefined for what is no type of event. */
export function eventSchemaId(type: string): string | undefined {
  return Object.hasOwn(EVENT_DATA, type) ? `urn:holdfast:event:${type}:${FORM}` : undefined;
}

/** The schema of one type of event, which stands by itself. */
export function eventSchema(type: EventType): JsonSchema {
  return { $schema: DIALECT, ...schemaOf(type) };
}

/** One schema that every event passes, with those of all types in it. */
export function eventSchemas(): JsonSchema {
  const types = EVENT_TYPES.toSorted();
  return {
    $schema: DIALECT,
    $id: `urn:holdfast:events:${FORM}`,
    oneOf: types.map((type) => ({ $ref: eventSchemaId(type) })),
    $defs: Object.fromEntries(types.map((type) => [type, schemaOf(type)])),
  };
}

function schemaOf(type: EventType): JsonSchema {
  const data: DataSchema = EVENT_DATA[type];
  const about = ABOUT[type.slice(0, type.indexOf('.'))];
  const whole = Type.Object({
    ...ENVELOPE,
    type: Type.Literal(type),
    ...(data === undefined ? {} : { data: Type.Optional(data) }),
    ...(about === undefined ? {} : { [about]: Type.Optional(DOCUMENTS[about]) }),
  });
  const schema: JsonSchema = { $id: eventSchemaId(type), ...plain(whole) };
  if (data === undefined || Type.IsOptional(data)) return schema;
  // Where an event is told under several products, its data goes with the first.
  const isNotHome = { properties: { home: { const: false } } };
  return { ...schema, anyOf: [isNotHome, { required: ['data'] }] };
}

const changes = Object.fromEntries(
  [...INSIDE, ...OUTSIDE].map((name) => [accountOutside(name), Type.Optional(Type.Integer())]),
);

const ENVELOPE = {
  id: Type.String({ description: 'The same at every repeat: journal, position and index.' }),
  at: Instant,
  subject: Type.String({ description: 'What it is about: the id of a document or a pool.' }),
  journal: Type.String({ description: 'Positions and versions of another one say nothing here.' }),
  position: Type.Integer({ minimum: 1, description: 'Place in the journal.' }),
  index: Type.Integer({ minimum: 0, description: 'Which of the events of that place.' }),
  product: Type.Optional(
    Type.String({ description: 'The key. Missing where it is about no product.' }),
  ),
  home: Type.Boolean({
    description: 'False for what is told again under another product that it changed.',
  }),
  pools: Type.Array(
    Type.Object({
      pool: PoolOrSegmentId,
      version: Type.Integer({ minimum: 1, description: 'After it; each version is told once.' }),
      change: Type.Object(changes, { description: 'Units that each account has more, or less.' }),
    }),
    { description: 'The pools of the product that changed with it.' },
  ),
};

/** Without what only this library sees. */
function plain(schema: Type.TSchema): JsonSchema {
  return JSON.parse(JSON.stringify(schema)) as JsonSchema;
}

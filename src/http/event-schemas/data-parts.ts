// What the data of events is made of, as JSON Schema. Open: a field may be added to an event one day, so
// whoever checks one must let it pass.

import { Type } from 'typebox';
import { Amount, Currency } from '../shapes/order-shapes.ts';
import { PoolId } from '../shapes/parts.ts';

/** The type carries no data. */
export const NOTHING = undefined;

export type DataSchema = Type.TSchema | typeof NOTHING;

export const reference = Type.Optional(Type.String());
export const reason = Type.Optional(Type.String());
export const Id = Type.String({ format: 'uuid' });
export const Units = Type.Integer({ minimum: 1 });

export const ReturnLine = Type.Object({
  line: Type.Integer({ minimum: 0, description: 'Of the sale, from 0.' }),
  pool: PoolId,
  quantity: Units,
});
export const ReturnLines = Type.Array(ReturnLine);

export const money = { amount: Amount, currency: Currency };
export const Moment = Type.Integer({ description: 'Milliseconds since 1970.' });

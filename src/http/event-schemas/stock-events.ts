// The data of events of pools, reservations, limits and leases.

import { Type } from 'typebox';
import { PoolId } from '../shapes/parts.ts';
import { type DataSchema, NOTHING, reason, reference, Units } from './data-parts.ts';

const { Optional } = Type;

export const STOCK_EVENTS = {
  'pool.created': NOTHING,
  'pool.changed': NOTHING,
  'stock.received': Optional(Type.Object({ reference })),
  'stock.adjusted': Optional(Type.Object({ reason })),
  'stock.transferred': Type.Object({ to: PoolId, quantity: Optional(Units), reference }),
  'stock.unquarantined': Type.Object({ to: Type.String(), quantity: Units, reason }),
  'reservation.held': NOTHING,
  'reservation.changed': NOTHING,
  'reservation.extended': NOTHING,
  'reservation.confirmed': NOTHING,
  'reservation.confirming': NOTHING,
  'reservation.cancelled': NOTHING,
  'reservation.expired': NOTHING,
  'reservation.returned': NOTHING,
  'lease.opened': Type.Object({ node: Type.String(), pool: PoolId }),
  'lease.renewed': NOTHING,
  'lease.recorded': Type.Object({ quantity: Units }),
  'lease.reduced': NOTHING,
  'lease.closed': NOTHING,
  'lease.expired': NOTHING,
  'lease.ended': Type.Object({ to: Type.String(), reason }),
  'limit.created': NOTHING,
  'limit.changed': NOTHING,
  'allowance.lapsed': NOTHING,
} satisfies Record<string, DataSchema>;

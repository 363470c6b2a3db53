// The data of events of returns, sales, campaigns, policies, waiting lists, plans and webhooks.

import { Type } from 'typebox';
import {
  type DataSchema,
  Id,
  money,
  NOTHING,
  ReturnLine,
  ReturnLines,
  reason,
  reference,
  Units,
} from './data-parts.ts';

const { Optional } = Type;

const Side = Type.Union([Type.String(), Type.Integer(), Type.Null()]);
const DRIFT = Type.Object({
  what: Type.String({ description: 'number, balance, floor, document, deadline or index.' }),
  of: Type.String({ description: 'The account, or the place in the index; empty for the rest.' }),
  redis: Side,
  record: Side,
});

export const OTHER_EVENTS = {
  'return.requested': Type.Object({
    order: Optional(Id),
    reservation: Optional(Id),
    lines: ReturnLines,
    reason,
  }),
  'return.returning': Type.Object({
    carrier: Type.String(),
    reference,
    order: Optional(Id),
    lines: Optional(ReturnLines),
  }),
  'return.missed': Type.Object({ carrier: Type.String(), reference }),
  'return.received': Type.Object({
    lines: ReturnLines,
    unannounced: Optional(ReturnLines),
    unmatched: Optional(
      Type.Array(
        Type.Object({
          line: Optional(Type.Integer({ minimum: 0 })),
          pool: Optional(Type.String()),
          quantity: Units,
        }),
      ),
    ),
    reference,
  }),
  'return.inspected': Type.Object({
    lines: Type.Array(Type.Object({ ...ReturnLine.properties, verdict: Type.String() })),
  }),
  'return.lost': Type.Object({ lines: ReturnLines }),
  'return.closed': Optional(Type.Object({ reason })),
  'return.refund': Type.Object({ order: Id, ...money }),
  'return.cancelled': Optional(Type.Object({ reason })),
  'sale.created': NOTHING,
  'sale.changed': NOTHING,
  'sale.armed': NOTHING,
  'sale.opened': NOTHING,
  'sale.closed': NOTHING,
  'sale.settled': NOTHING,
  'denial.made': Type.Object({ reason }),
  'denial.changed': Type.Object({ reason }),
  'denial.lifted': NOTHING,
  'denial.expired': NOTHING,
  'anomaly.decided': Type.Object({
    kind: Type.String(),
    value: Type.String({ description: 'Of an address: a keyed hash of it.' }),
    decision: Type.String({ description: '`challenged`, `denied` or `passed`.' }),
    score: Type.Integer({ minimum: 0, maximum: 100 }),
    reasons: Type.Array(Type.Object({ reason: Type.String(), count: Units })),
    more: Optional(Units),
  }),
  'campaign.created': NOTHING,
  'campaign.changed': NOTHING,
  'campaign.issued': Type.Object({ count: Units }),
  'codes.imported': NOTHING,
  'policy.created': NOTHING,
  'policy.changed': NOTHING,
  'line.opened': NOTHING,
  'line.closed': NOTHING,
  'waiter.joined': NOTHING,
  'waiter.offered': Type.Object({ reservation: Id }),
  'waiter.taken': NOTHING,
  'waiter.lapsed': NOTHING,
  'waiter.left': Optional(Type.Object({ reason })),
  'webhook.created': NOTHING,
  'webhook.changed': NOTHING,
  'webhook.rotated': NOTHING,
  'webhook.disabled': NOTHING,
  'webhook.removed': NOTHING,
  'notice.created': NOTHING,
  'notice.changed': NOTHING,
  'notice.removed': NOTHING,
  'delivery.failed': Type.Object({
    endpoint: Optional(Type.String()),
    notice: Optional(Type.String()),
    type: Type.String(),
    error: Optional(Type.String()),
  }),
  'delivery.replayed': NOTHING,
  'decision.revoked': Type.Object({
    epoch: Type.Integer(),
    number: Type.Integer(),
    index: Type.Integer(),
    why: Type.Object({}, { additionalProperties: true, description: 'What did not hold.' }),
    documents: Optional(Type.Array(Type.String())),
    owners: Optional(Type.Array(Type.String())),
    request: Optional(
      Type.Object(
        {},
        { additionalProperties: true, description: 'Who asked, and under which key.' },
      ),
    ),
  }),
  'drift.found': DRIFT,
  'drift.repaired': DRIFT,
  'plan.created': NOTHING,
  'plan.changed': NOTHING,
  'plan.moved': NOTHING,
} satisfies Record<string, DataSchema>;

// What is written and read of plans for pre-orders: bodies and replies as TypeBox schemas, for validation,
// types and the OpenAPI document at once.

import { type Static, Type } from 'typebox';
import { Amount } from './order-shapes.ts';
import { closed, Duration, Instant, PoolId, Text, Version } from './parts.ts';

const { Optional } = Type;

const BasisPoints = Type.Integer({
  minimum: 0,
  maximum: 10_000,
  description: 'A share: 1,000 is a tenth.',
});

const Stage = Type.Object(
  {
    name: Text(64),
    amount: Optional(Amount),
    basisPoints: Optional(BasisPoints),
    rest: Optional(
      Type.Boolean({ description: 'All that is left: of the last stage, and no other.' }),
    ),
    dueAt: Optional(Instant),
    dueAfterDeposit: Optional(Duration('Counted from when the first stage is paid.')),
    dueBeforeLaunch: Optional(Duration('Moves with the launch.')),
  },
  closed,
);

const Refund = Type.Union([
  Type.Literal('kept'),
  Type.Literal('full'),
  Type.Object({ basisPoints: BasisPoints }, closed),
]);

const terms = {
  stages: Type.Array(Stage, { minItems: 1, maxItems: 24 }),
  launchAt: Optional(Instant),
  refund: Type.Array(Refund, {
    minItems: 1,
    maxItems: 24,
    description: 'What goes back, by the number of stages that were paid.',
  }),
};

export const PlanBody = Type.Object(
  {
    ...terms,
    grace: Optional(Duration('How long after its due date a stage may be paid. Default 3 days.')),
    notice: Optional(Duration('What a date that comes nearer leaves at least. Default 7 days.')),
    remindBefore: Optional(
      Type.Array(Duration('How long before a due date its buyer is reminded.'), { maxItems: 10 }),
    ),
  },
  closed,
);

export const LaunchBody = Type.Object({ launchAt: Instant }, closed);

export const PlanShape = Type.Object({
  plan: PoolId,
  status: Type.Unsafe<'ACTIVE' | 'MOVING'>({
    type: 'string',
    enum: ['ACTIVE', 'MOVING'],
    description: 'MOVING: dates of orders are being moved to another launch.',
  }),
  ...terms,
  grace: Duration('How long after its due date a stage may be paid.'),
  notice: Duration('What a date that comes nearer leaves at least.'),
  remindBefore: Type.Array(Duration('How long before a due date its buyer is reminded.')),
  version: Version,
});

export type PlanBodyOutside = Static<typeof PlanBody>;
export type PlanOutside = Static<typeof PlanShape>;
export type StageOutside = Static<typeof Stage>;

// The small shapes that requests and replies are made of: ids, quantities, times, the rule of a limit.
// Bounds are taken from the kernel.

import { Type } from 'typebox';
import { LINES_MAX, METADATA_MAX, QUANTITY_MAX, TEXT_MAX } from '../../kernel/check-command.ts';
import { SEGMENTS_MAX } from '../../kernel/segments.ts';
import { DURATION_PATTERN } from '../duration.ts';

export const closed = { additionalProperties: false };
const { Optional } = Type;

export const PoolId = Type.String({
  pattern: '^(?!\\.{1,2}$)[A-Za-z0-9._:@-]{1,128}$',
  examples: ['tea'],
});
/** Of a pool as the journal tells it: a segment has its pool's id, `~` and a number. */
export const PoolOrSegmentId = Type.String({
  pattern: '^(?!\\.{1,2}$)[A-Za-z0-9._:@-]{1,128}(~[1-9][0-9]?)?$',
  examples: ['tea'],
});
export const Segments = Type.Integer({
  minimum: 1,
  maximum: SEGMENTS_MAX,
  description: 'From how many segments it is sold.',
});
export const Quantity = Type.Integer({ minimum: 1, maximum: QUANTITY_MAX });
export const Text = (max = TEXT_MAX) => Type.String({ minLength: 1, maxLength: max });
export const Duration = (description: string) =>
  Type.String({ pattern: DURATION_PATTERN, examples: ['PT15M', '15m'], description });
export const Instant = Type.String({ format: 'date-time', examples: ['2026-11-20T09:30:00.000Z'] });
export const Version = Type.Integer({
  minimum: 0,
  description: 'Grows with every change; the ETag.',
});
export const Balance = Type.Integer();
export const Metadata = Type.Unsafe<Record<string, never>>({
  type: 'object',
  additionalProperties: true,
  description: `Up to ${METADATA_MAX} bytes of JSON, kept as it is.`,
});

export function lines<T extends Type.TSchema>(line: T) {
  return Type.Array(line, { minItems: 1, maxItems: LINES_MAX });
}

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

export const limitFields = {
  per: Per,
  scope: LimitScope,
  quantityMax: Quantity,
  period: Optional(Period),
  timeZone: Optional(Type.String({ examples: ['Europe/Berlin'] })),
  window: Optional(Duration('Counts what was reserved within this time. Not with a period.')),
  returnsGiveBack: Optional(Type.Boolean({ description: 'A returned unit may be bought again.' })),
};

export const LeaseStatus = Type.Union(
  [
    Type.Literal('ACTIVE'),
    Type.Literal('CLOSED'),
    Type.Literal('EXPIRED'),
    Type.Literal('WRITTEN_OFF'),
  ],
  { examples: ['ACTIVE'] },
);

/** Tokens of hosted services have up to 2,048 characters. */
export const SOLUTION_MAX = 8_192;
export const PASS_MAX = 2_048;

export const Solution = Type.String({
  ...Text(SOLUTION_MAX),
  description: 'What solves the challenge of the sale.',
});

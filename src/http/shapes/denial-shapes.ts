// What is written and read of the deny list: bodies and replies as TypeBox schemas.

import { type Static, Type } from 'typebox';
import { DENIAL_KINDS, type DenialKind } from '../../kernel/denial.ts';
import { OPTIONAL_BODY } from '../check-shape.ts';
import { closed, Duration, Instant, Text, Version } from './parts.ts';

const { Optional } = Type;

const texts = {
  reason: Optional(Type.String({ ...Text(), description: 'For the shop alone.' })),
  told: Optional(Type.String({ ...Text(), description: 'What whoever is denied is told.' })),
};

export const DenialParams = Type.Object({ kind: Type.String(), value: Type.String() });
export const DenialBody = Type.Object(
  {
    until: Optional(Instant),
    for: Optional(Duration('From now, up to 366 days. Without it and `until` for good.')),
    ...texts,
  },
  { ...closed, [OPTIONAL_BODY]: true },
);

export const DenialShape = Type.Object({
  kind: Type.Unsafe<DenialKind>({ type: 'string', enum: [...DENIAL_KINDS] }),
  value: Type.String({ examples: ['203.0.113.0/24'] }),
  version: Version,
  until: Optional(Instant),
  ...texts,
  createdAt: Instant,
  updatedAt: Instant,
});

export type DenialIn = Static<typeof DenialBody>;
export type DenialOutside = Static<typeof DenialShape>;

// What is read of those who try to buy and are odd.

import { type Static, Type } from 'typebox';
import type { ReasonName, SubjectKind } from '../../admission/anomaly/score.ts';

export const AnomalyReasons = Type.Array(
  Type.Object({
    reason: Type.Unsafe<ReasonName>({
      type: 'string',
      enum: [
        'accounts-per-address',
        'addresses-per-account',
        'accounts-per-device',
        'attempts',
        'refusals',
      ],
    }),
    count: Type.Integer({ minimum: 0, description: 'Within the last minute.' }),
  }),
  { description: 'The weightiest first.' },
);

export const AnomalyShape = Type.Object({
  kind: Type.Unsafe<SubjectKind>({ type: 'string', enum: ['address', 'account', 'device'] }),
  value: Type.String({ examples: ['203.0.113.9'] }),
  score: Type.Integer({ minimum: 0, maximum: 100 }),
  reasons: AnomalyReasons,
  denied: Type.Boolean({ description: 'It is on the deny list now.' }),
});

export type AnomalyOutside = Static<typeof AnomalyShape>;

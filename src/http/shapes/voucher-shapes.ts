// What is written and read of vouchers and their campaigns: bodies and replies as TypeBox schemas, for
// validation, types and the OpenAPI document at once.

import { type Static, Type } from 'typebox';
import { CAMPAIGN_STATES, type CampaignState } from '../../kernel/campaign.ts';
import { ISSUE_MAX } from '../../kernel/check-campaign.ts';
import { MoneyShape, Order } from './order-shapes.ts';
import { closed, Instant, Quantity, Text, Version } from './parts.ts';

const { Optional } = Type;

/** Codes in one request: as many as its body may be long. */
export const IMPORT_MAX = 50_000;

const State = Type.Unsafe<CampaignState>({
  type: 'string',
  enum: Object.keys(CAMPAIGN_STATES),
  examples: ['ACTIVE'],
});
const Discount = Type.Object(
  {
    amount: Optional(MoneyShape),
    basisPoints: Optional(
      Type.Integer({ minimum: 1, maximum: 10_000, description: 'A share: 1,000 is a tenth.' }),
    ),
    amountMax: Optional(MoneyShape),
  },
  { ...closed, description: 'Either an `amount` or `basisPoints`, those up to `amountMax`.' },
);
const rules = {
  discount: Discount,
  validFrom: Optional(Instant),
  validUntil: Optional(Instant),
  usesMax: Optional(Quantity),
  usesPerBuyer: Optional(Quantity),
  minTotal: Optional(MoneyShape),
};

export const CampaignBody = Type.Object(
  {
    ...rules,
    prefix: Optional(Type.String({ pattern: '^[A-Z0-9]{0,16}$', examples: ['SPRING'] })),
    usesPerCode: Optional(Quantity),
    state: Optional(State),
  },
  closed,
);

export const CampaignShape = Type.Object({
  campaign: Type.String(),
  ...rules,
  prefix: Type.String(),
  usesPerCode: Quantity,
  state: State,
  generated: Type.Integer({ description: 'Codes that were generated.' }),
  imported: Optional(Type.Integer({ description: 'Codes that were made elsewhere.' })),
  held: Optional(Type.Integer({ description: 'Uses that unpaid orders hold.' })),
  redeemed: Optional(Type.Integer({ description: 'Uses of paid orders.' })),
  version: Version,
  createdAt: Instant,
  updatedAt: Instant,
});

export const IssueBody = Type.Object(
  { count: Type.Integer({ minimum: 1, maximum: ISSUE_MAX }) },
  closed,
);

export const ImportBody = Type.Object(
  { codes: Type.Array(Type.String({ maxLength: 256 }), { minItems: 1, maxItems: IMPORT_MAX }) },
  closed,
);

export const ImportReply = Type.Object({
  imported: Type.Integer(),
  repeated: Type.Integer({ description: 'The campaign had them, or they stood there twice.' }),
  taken: Type.Integer({ description: 'Another campaign has them, and keeps them.' }),
  takenBy: Type.Array(Type.Object({ code: Type.String(), campaign: Type.String() }), {
    description: 'The first hundred of those that are taken.',
  }),
  malformed: Type.Integer({ description: 'No codes at all.' }),
});

export const VoucherBody = Type.Object({ code: Text() }, closed);

export const VoucherShape = Type.Object({
  code: Type.String(),
  campaign: CampaignShape,
  usesLeft: Type.Integer({ minimum: 0 }),
  orders: Type.Array(Order, { description: 'Those that have it or had it, newest first.' }),
  next: Optional(Type.String({ description: 'Pass as `cursor`; missing on the last page.' })),
});

export type CampaignOutside = Static<typeof CampaignShape>;
export type VoucherOutside = Static<typeof VoucherShape>;

/** As a caller writes and reads them. */
export type CampaignIn = Static<typeof CampaignBody>;
export type ImportedOutside = Static<typeof ImportReply>;

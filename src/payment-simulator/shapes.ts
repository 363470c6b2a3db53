// The shapes of what the simulator hears, checked before anything is done. Bounds stand here alone.

import { Type } from 'typebox';
import { type FAULTS, isRange, NO_FAULTS, WAIT_MAX_MS } from './faults.ts';
import { PAGE_MAX } from './ledger.ts';

const closed = { additionalProperties: false };
const { Optional } = Type;

/** A sum over a million of the largest is still a whole number in JSON. */
const AMOUNT_MAX = 1_000_000_000;

const Amount = Type.Integer({ minimum: 1, maximum: AMOUNT_MAX });
const Currency = Type.String({ pattern: '^[A-Z]{3}$' });
const Id = Type.String({ pattern: '^[A-Za-z0-9._:@-]{1,128}$' });
const Url = Type.String({ pattern: '^https?://[^\\s]{1,2000}$' });
const Mode = Type.Union([Type.Literal('automatic'), Type.Literal('manual')]);

export const PaymentAskShape = Type.Object(
  {
    payment: Id,
    order: Id,
    amount: Amount,
    currency: Currency,
    capture: Mode,
    callbackUrl: Optional(Url),
    returnUrl: Optional(Url),
    description: Optional(Type.String({ maxLength: 500 })),
  },
  closed,
);

export const MoneyAskShape = Type.Object({ amount: Amount, currency: Currency }, closed);

export const BuyerAskShape = Type.Object(
  {
    outcome: Type.Union([Type.Literal('approve'), Type.Literal('decline')]),
    amount: Optional(Amount),
    currency: Optional(Currency),
  },
  closed,
);

/** As the query string has it: all text. */
export const LedgerQueryShape = Type.Object(
  {
    payment: Optional(Id),
    after: Optional(Type.String({ pattern: '^\\d{1,15}$' })),
    limit: Optional(
      Type.String({ pattern: '^[1-9]\\d{0,4}$', description: `At most ${PAGE_MAX}.` }),
    ),
  },
  closed,
);

const Rate = Type.Number({ minimum: 0, maximum: 1 });
const Range = Type.Array(Type.Integer({ minimum: 0, maximum: WAIT_MAX_MS }), {
  minItems: 2,
  maxItems: 2,
});

export const FaultsShape = Type.Object(
  Object.fromEntries(
    (Object.keys(NO_FAULTS) as (keyof typeof FAULTS)[]).map((name) => [
      name,
      Optional(isRange(name) ? Range : Rate),
    ]),
  ),
  closed,
);

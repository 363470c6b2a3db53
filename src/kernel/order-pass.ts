// An order that is made with a pass stands under the pass's own id, in the same step in which its units are held: so
// one pass makes one order, however often and wherever it is shown. Whose pass it is, was looked at before.

import { invalid } from './check-command.ts';
import { type Plan, planned } from './plan.ts';
import { type Refused, refuse } from './refusals.ts';
import type { SaleRoom } from './sale-room.ts';

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function checkPass(pass: unknown): Refused | undefined {
  if (pass === undefined || (typeof pass === 'string' && ID.test(pass))) return undefined;
  return invalid('pass', 'the id of a pass');
}

/** A sale with a waiting room sells to those whom it lets in, whoever asks and however. */
export function notAdmitted(
  { sale, room }: { sale: string; room?: SaleRoom },
  { pass }: { pass?: string },
): Refused | undefined {
  if (room === undefined || pass !== undefined) return undefined;
  return refuse('not-admitted', { sale, retryAfterMs: NOT_ADMITTED_RETRY_MS });
}

/** When who has no pass may ask again; their room says it better. */
export const NOT_ADMITTED_RETRY_MS = 1_000;

/** Makes the order of a plan the one of its pass; refused where there is one. */
export function underPass(pass: string, plan: Plan, isUsed: boolean): Plan {
  if (isUsed) return refuse('pass-used', { order: pass });
  if (!plan.ok) return plan;
  const { guards = [], writes = [], ...rest } = plan.transaction;
  return planned({
    ...rest,
    guards: [{ document: pass, absent: true }, ...guards],
    writes: writes.map((write) => {
      if (write.id !== pass) return write;
      // Its id was not made for this transaction: another one may have come first.
      const { fresh: _, ...named } = write;
      return named;
    }),
  });
}

// Turns away who is on the deny list, and tells them no more than the shop wants told.

import type { WhoTries } from '../../admission/deny-list/denial-directory.ts';
import type { DenyList } from '../../admission/deny-list/deny-list.ts';
import type { Denial } from '../../kernel/denial.ts';
import { type Refused, refuse } from '../../kernel/refusals.ts';
import type { Guard } from './sale-door.ts';

export function denyGuard(denyList: DenyList): Guard {
  return (attempt) => {
    const denial = denyList.against(attempt.who);
    if (denial === undefined) return undefined;
    attempt.denied = denial;
    return toldOf(denial);
  };
}

/** The same for who is past the door: in line, with an offer. */
export function deniedSince(denyList: DenyList, who: WhoTries): Refused | undefined {
  const denial = denyList.against(who);
  return denial && toldOf(denial);
}

function toldOf({ told: reason }: Denial): Refused {
  return refuse('denied', reason === undefined ? {} : { reason });
}

// Lets pass who has solved a challenge, where the sale asks for one: of everybody, or of whoever is odd enough.

import type { Anomaly } from '../../admission/anomaly/anomaly-watch.ts';
import type { ChallengeAsked } from '../../admission/challenge/challenge-kind.ts';
import type { Challenges } from '../../admission/challenge/challenges.ts';
import { type Address, formatPrefix } from '../../kernel/address.ts';
import { type Refused, refuse } from '../../kernel/refusals.ts';
import type { SaleChallenge } from '../../kernel/sale.ts';
import type { Guard } from './sale-door.ts';

export function challengeGuard(challenges: Challenges, nowMs: () => number): Guard {
  return (attempt) => {
    const { sale, buyer, request, who, solution, anomaly } = attempt;
    const { challenge: terms } = sale;
    if (terms === undefined || (anomaly?.score ?? 0) < terms.from) return undefined;
    if (solution === undefined) return refuse('challenge-required', whereOf(sale.sale, buyer));
    const asked = challengeAsked({
      ...{ sale: sale.sale, buyer, address: who.address, anomaly, terms },
      nowMs: nowMs(),
    });
    const by = `${request.principal} ${request.idempotencyKey}`;
    return challenges.check(solution, asked, by).then((why): Refused | undefined => {
      if (why === undefined) return undefined;
      if (why === 'unavailable') return refuse('unavailable', { challenge: terms.kind });
      return refuse('challenge-failed', { reason: why, ...whereOf(sale.sale, buyer) });
    });
  };
}

export interface ChallengeFor {
  sale: string;
  buyer: string | undefined;
  address: Address;
  anomaly: Anomaly | undefined;
  terms: SaleChallenge;
  nowMs: number;
}

export function challengeAsked({ address, anomaly, ...rest }: ChallengeFor): ChallengeAsked {
  return { ...rest, address: formatPrefix(address), score: anomaly?.score ?? 0 };
}

function whereOf(sale: string, buyer: string | undefined) {
  const query = buyer === undefined ? '' : `?buyer=${encodeURIComponent(buyer)}`;
  return { challenge: `/v1/sales/${sale}/challenge${query}` };
}

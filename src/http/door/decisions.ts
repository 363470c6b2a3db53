// What the door tells of its decisions: about whom, in a form that the journal may keep, and why.

import type { AddressKeys } from '../../admission/address-keys.ts';
import type { AnomalyWatch } from '../../admission/anomaly/anomaly-watch.ts';
import type { Decision, DecisionLog } from '../../admission/anomaly/decision-log.ts';
import type { Refused } from '../../kernel/refusals.ts';
import type { Attempt } from './sale-door.ts';

export interface DecisionParts {
  watch: AnomalyWatch;
  decisions: DecisionLog;
  addressKeys: AddressKeys;
}

/** Refusals that who buys as a person seldom meets. Sold out is none of them. */
const ODD: ReadonlySet<string> = new Set([
  'denied',
  'rate-limited',
  'limit-exceeded',
  'challenge-failed',
  'pass-invalid',
]);

const DECISION_OF: Readonly<Record<string, Decision>> = {
  denied: 'denied',
  'challenge-required': 'challenged',
  'challenge-failed': 'challenged',
};

export class DoorDecisions {
  readonly #its: DecisionParts;

  constructor(its: DecisionParts) {
    this.#its = its;
  }

  /** An attempt ended so: refused by the door or by the sale, or not. */
  ended(attempt: Attempt, refused: Refused | undefined): void {
    const code = refused?.code;
    const { who, anomaly, denied } = attempt;
    if (code !== undefined && ODD.has(code)) this.#its.watch.refused(who);
    const decision = code === undefined ? 'passed' : DECISION_OF[code];
    // Where everybody is asked for a challenge, asking is no decision about anybody.
    const whom = denied ?? anomaly;
    if (decision === undefined || whom === undefined) return;
    const { decisions, addressKeys } = this.#its;
    if (decision === 'passed' && !decisions.hasStopped) return;
    const { score = 0, reasons = [] } = anomaly ?? {};
    // The name of a denial stands in the journal already.
    const isAddress = denied === undefined && whom.kind === 'address';
    const { kind, value } = whom;
    decisions.decided({
      ...{ sale: attempt.sale.sale, kind, decision, score, reasons },
      name: denied === undefined ? value : `denied ${value}`,
      value: () => (isAddress ? addressKeys.keyOf(who.address) : value),
    });
  }
}

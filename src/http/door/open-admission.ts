// Opens what stands before a sale, for as long as the server runs: who is denied, who is odd, how often one may try,
// what one has to solve.

import { AddressKeys } from '../../admission/address-keys.ts';
import type { Admission } from '../../admission/admission.ts';
import { AnomalyWatch } from '../../admission/anomaly/anomaly-watch.ts';
import { DecisionLog } from '../../admission/anomaly/decision-log.ts';
import type { Buckets } from '../../admission/buckets.ts';
import type { ChallengeKind } from '../../admission/challenge/challenge-kind.ts';
import { Challenges } from '../../admission/challenge/challenges.ts';
import { DenyList } from '../../admission/deny-list/deny-list.ts';
import { MemoryBuckets } from '../../admission/memory-buckets.ts';
import type { Stock } from '../../stock.ts';
import type { App } from '../app.ts';

/** Stores of one server: the others may have several. */
const ALONE: ReadonlySet<string> = new Set(['memory', 'sqlite']);
const NO_SECRET =
  'no secret to sign places, passes and challenges of sales with: this server made one, which no other has and no restart' +
  ' keeps; set HOLDFAST_ADMISSION_SECRET, or --admission';

export interface AdmissionOptions extends Admission {
  /** Kinds of challenges beside the built-in `altcha`: with pictures, of a hosted service. */
  challenges?: readonly ChallengeKind[] | undefined;
}

export interface AdmissionParts {
  /** How often one may try. */
  buckets: Buckets;
  /** Who may not buy. */
  denyList: DenyList;
  addressKeys: AddressKeys;
  /** Who is odd. */
  watch: AnomalyWatch;
  decisions: DecisionLog;
  challenges: Challenges;
}

export async function openAdmission(
  app: App,
  stock: Stock,
  given: AdmissionOptions = {},
): Promise<AdmissionParts> {
  const { secret, challenges } = given;
  if (secret === undefined && !ALONE.has(stock.engine.name)) app.log.warn(NO_SECRET);
  const nowMs = () => stock.engine.clock().nowMs;
  const denyList = await DenyList.open(stock.parts);
  const decisions = new DecisionLog(stock.parts, (err) => app.log.warn({ err }));
  app.addHook('onClose', async () => {
    await decisions.close();
    denyList.close();
    given.close?.();
  });
  return {
    buckets: given.buckets ?? new MemoryBuckets(nowMs),
    denyList,
    addressKeys: new AddressKeys(secret),
    watch: new AnomalyWatch(nowMs),
    decisions,
    challenges: new Challenges({
      secret,
      kinds: challenges,
      used: given.solutions,
      nowMs: nowMs(),
    }),
  };
}

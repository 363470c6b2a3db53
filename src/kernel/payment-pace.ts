// How soon a payment is looked at again. The provider's word comes by callback; this is for when it does
// not.

import type { Document } from '../engines/contract.ts';
import { turnsOf } from './turns.ts';

/** After each turn, in ms; the last one for all that follow. */
const PACE_MS = [2_000, 5_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000];

/** When it is to be looked at, at the latest; with jitter, so that an outage does not end in a crowd. */
export function lookAgainMs(document: Document, random: number): number {
  const paceMs = PACE_MS[Math.min(turnsOf(document), PACE_MS.length - 1)]!;
  return Math.round(paceMs * (0.75 + random / 2));
}

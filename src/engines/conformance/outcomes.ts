// What came of a transaction, as a case wants it: accepted or refused, or the case fails. Positions are
// left out, because no outcome has one that may be read.

import assert from 'node:assert/strict';
import type { CommitRefusal, Decided, Outcome } from '../contract.ts';

/** An outcome has none; an engine that knows it may leave it in. */
export function withoutPosition(outcome: Outcome): Outcome {
  if (outcome.ok) return { ...outcome, entry: decidedOf(outcome.entry) };
  const { refusal } = outcome;
  if (refusal.code !== 'request-reused') return outcome;
  return { ok: false, refusal: { ...refusal, first: decidedOf(refusal.first) } };
}

/** An entry without its place in the journal. */
export function decidedOf(entry: Decided): Decided {
  const { position: _, ...decided }: Decided & { position?: number } = entry;
  return decided;
}

export function entryOf(outcome: Outcome | undefined): Decided {
  assert.ok(outcome, 'no outcome');
  assert.ok(outcome.ok, `refused: ${JSON.stringify(outcome)}`);
  assert.equal(outcome.repeated, false, 'a repeat, not a first answer');
  return outcome.entry;
}

export function refusalOf(outcome: Outcome | undefined): CommitRefusal {
  assert.ok(outcome, 'no outcome');
  assert.ok(!outcome.ok, 'accepted, though it should have been refused');
  return outcome.refusal;
}

/** The refusal for want of units; anything else fails. */
export function shortageOf(outcome: Outcome | undefined) {
  const refusal = refusalOf(outcome);
  assert.ok(refusal.code === 'insufficient', `another refusal: ${refusal.code}`);
  return refusal;
}

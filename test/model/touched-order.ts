// A journal as what was done to each thing, in order: two that agree in this say the same, though entries
// that share nothing stand in another order.

import assert from 'node:assert/strict';
import type { Entry } from '../../src/engines/contract.ts';

/** Each as the first. */
export function sameJournals(
  [first, ...others]: readonly Entry[][],
  [, ...subjects]: readonly { decidesApart: boolean }[],
): void {
  for (const [index, journal] of others.entries()) {
    const seen = subjects[index]!.decidesApart ? byTouched : (all: Entry[]) => all;
    assert.deepEqual(seen(journal), seen(first!), 'journals differ');
  }
}

/** Entries without their positions, by owner and document; those that touch none by their first event. */
function byTouched(journal: readonly Entry[]): Map<string, object[]> {
  const touched = new Map<string, object[]>();
  for (const { position: _, ...entry } of journal) {
    const keys = [
      ...entry.seqs.map(([owner]) => `owner ${owner}`),
      ...entry.documents.map(({ id }) => `document ${id}`),
    ];
    if (keys.length === 0) keys.push(`event ${entry.events[0]?.type}`);
    for (const key of keys) touched.set(key, [...(touched.get(key) ?? []), entry]);
  }
  return new Map([...touched].sort(([one], [other]) => (one < other ? -1 : 1)));
}

// Which transactions of a batch go apart: those that need a part, and those that come after one and share
// something with it, whose order must stay. Pure.

import { requestKey } from '../../kernel/overlay.ts';
import type { Transaction } from '../contract.ts';
import { touchedBy } from '../postgres/touched.ts';
import type { PartOfOwner } from './part-of-owner.ts';

/** Places in the batch, in order. */
export interface Grouped {
  home: number[];
  apart: number[];
}

export function grouped(batch: readonly Transaction[], partOf: PartOfOwner): Grouped {
  const home: number[] = [];
  const apart: number[] = [];
  /** What those that go apart touch. */
  const taken = new Set<string>();
  const isInPart = (owner: string) => partOf(owner) !== undefined;
  for (const [place, transaction] of batch.entries()) {
    const { requests, written, guarded, owned, owners } = touchedBy([transaction]);
    const keys = [...owners, ...written, ...guarded, ...owned, ...requests.map(requestKey)];
    // New documents, which nobody but this batch knows of.
    for (const { id } of transaction.writes ?? []) keys.push(id);
    if (!owners.some(isInPart) && !keys.some((key) => taken.has(key))) {
      home.push(place);
      continue;
    }
    apart.push(place);
    for (const key of keys) taken.add(key);
  }
  return { home, apart };
}

// Says why a store in Redis and its record may differ, from the last entries of the journal that have to do with
// what differs. Changes nothing.

import type { Entry } from '../../contract.ts';
import type { Past } from '../remembering.ts';
import type { Difference } from './difference.ts';

/** The journal is looked through so far back. */
const ENTRIES_MAX = 20_000;
const PAGE = 1_000;
const SHOWN_MAX = 3;
/** What was repaired after it was revoked was not revoked since. */
const DECIDING = new Set(['decision.revoked', 'drift.repaired']);

export interface Explained extends Difference {
  why: string;
  /** The last entries that have to do with it, oldest first. */
  last: { position: number; atMs: number; events: string[] }[];
}

export async function explain(
  past: Pick<Past, 'entries' | 'health'>,
  differences: readonly Difference[],
): Promise<Explained[]> {
  const ids = new Set(differences.map(({ id }) => id));
  const entries = new Map<string, Entry[]>([...ids].map((id) => [id, []]));
  const { position } = past.health();
  let after = Math.max(0, position - ENTRIES_MAX);
  for (let page: Entry[] = []; after < position; after = page.at(-1)?.position ?? position) {
    page = await past.entries({ after, limit: PAGE });
    for (const entry of page) {
      for (const id of namesIn(entry)) entries.get(id)?.push(entry);
    }
  }
  return differences.map((difference) => {
    const found = entries.get(difference.id)!;
    const last = found.slice(-SHOWN_MAX).map(({ position: at, atMs, events }) => {
      return { position: at, atMs, events: events.map(({ type }) => type) };
    });
    return { ...difference, why: whyOf(difference, found), last };
  });
}

/** Owners and documents that an entry is about; of what was revoked, those that it would have been about. */
function namesIn({ seqs, documents, events }: Entry): Set<string> {
  const names = new Set([...seqs.map(([owner]) => owner), ...documents.map(({ id }) => id)]);
  for (const { type, subject, data } of events) {
    if (type === 'drift.repaired') names.add(subject);
    if (type !== 'decision.revoked') continue;
    for (const list of [data?.owners, data?.documents]) {
      if (Array.isArray(list)) for (const name of list) names.add(nameIn(name));
    }
  }
  return names;
}

function nameIn(listed: unknown): string {
  return String(Array.isArray(listed) ? listed[0] : listed);
}

function whyOf(difference: Difference, entries: readonly Entry[]): string {
  const revoked = entries.findLast(({ events }) => events.some(({ type }) => DECIDING.has(type)));
  if (revoked?.events.some(({ type }) => type === 'decision.revoked')) {
    return `what Redis decided was revoked by entry ${revoked.position}: Redis still has it`;
  }
  const { what, redis, record } = difference;
  if (what === 'number') {
    return Number(redis) > Number(record)
      ? 'Redis has counted entries that the record does not have'
      : 'Redis lacks entries that the record has';
  }
  if (what === 'balance' || what === 'floor') {
    return 'no entry accounts for it: it was changed in Redis beside the store';
  }
  if (redis === undefined) return 'no entry took it out: it was removed in Redis beside the store';
  if (record === undefined) return 'no entry put it there: it came into Redis beside the store';
  return 'no entry made it so: it was changed in Redis beside the store';
}

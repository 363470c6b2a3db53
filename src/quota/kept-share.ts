// Where a node's store keeps what it has out of a pool, and how that is read. Reads only; ShareStock
// writes it.

import type { Engine } from '../engines/contract.ts';
import type { KeptShare } from './share-terms.ts';

const PAGE = 500;

export function shareDocument(pool: string): string {
  return `share:${pool}`;
}

/** Nothing, once all has been given back. */
export async function keptShare(engine: Engine, pool: string): Promise<KeptShare | undefined> {
  const [document] = await engine.documents([shareDocument(pool)]);
  return document?.state === 'OUT' ? (document.data as unknown as KeptShare) : undefined;
}

/** What a store has out, or may have: of each pool, by the lease if that is known. */
export async function sharesOut(engine: Engine): Promise<{ pool: string; lease?: string }[]> {
  const out: { pool: string; lease?: string }[] = [];
  let before: string | undefined;
  while (true) {
    const query = { kind: 'share', named: true, states: ['OUT'], limit: PAGE };
    const { documents } = await engine.find(before === undefined ? query : { ...query, before });
    for (const { id, data } of documents) {
      const pool = id.slice(shareDocument('').length);
      const kept = data as unknown as KeptShare;
      out.push('lease' in kept ? { pool, lease: kept.lease } : { pool });
    }
    if (documents.length < PAGE) return out;
    before = documents.at(-1)!.id;
  }
}

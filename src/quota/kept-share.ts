// Where a node's store keeps what it has out of a pool, and how that is read. Reads only; ShareStock
// writes it.

import type { Engine } from '../engines/contract.ts';
import type { KeptShare } from './share-terms.ts';

export function shareDocument(pool: string): string {
  return `share:${pool}`;
}

/** Nothing, once all has been given back. */
export async function keptShare(engine: Engine, pool: string): Promise<KeptShare | undefined> {
  const [document] = await engine.documents([shareDocument(pool)]);
  return document?.state === 'OUT' ? (document.data as unknown as KeptShare) : undefined;
}

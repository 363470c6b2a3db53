// A store belongs to one way of selling while it has anything out: online under leases that end, or
// offline for good. Opened the other way it would sell what is somebody else's by now, or never report
// what it has sold. Says so before anything of the store is touched.

import type { Engine } from '../engines/contract.ts';
import { keptShare } from './kept-share.ts';

export class OtherMode extends Error {
  override readonly name = 'OtherMode';

  constructor(pool: string, wasOffline: boolean) {
    super(
      wasOffline
        ? `this store is an offline till's, which has ${pool} out: start it with --offline, or ` +
            'settle it first with "holdfast node settle"'
        : `this store is an online node's, whose lease of ${pool} ends by itself: start it without ` +
            '--offline, or name another --store',
    );
  }
}

/** Closes the engine where it refuses. */
export async function refuseOtherMode(
  engine: Engine,
  pools: readonly string[],
  offline: boolean,
): Promise<void> {
  for (const pool of pools) {
    const kept = await keptShare(engine, pool);
    if (kept?.offline === undefined || kept.offline === offline) continue;
    await engine.close();
    throw new OtherMode(pool, kept.offline);
  }
}

// The live feed in the outside format: what it shows of pools and reservations is what their own
// addresses show.

import type { Engine } from '../engines/contract.ts';
import { type FeedOptions, LiveFeed } from '../events/live-feed.ts';
import { viewReservation } from '../kernel/reservation.ts';
import { viewPool } from '../stock/pool-view.ts';
import { SegmentDirectory } from '../stock/segment-directory.ts';
import { WholePools } from '../stock/whole-pools.ts';
import { eventBlock } from './event-stream.ts';
import { formatInstant } from './instant.ts';
import { showPool, showReservation } from './outside.ts';

export function openFeed(
  engine: Engine,
  times: Pick<FeedOptions, 'windowMs' | 'ticker'> = {},
): LiveFeed {
  const whole = new WholePools(engine, new SegmentDirectory());
  return new LiveFeed({
    engine,
    look: (ids) => whole.owners(ids),
    windowMs: times.windowMs,
    ticker: times.ticker,
    frame: (message) => eventBlock(message, engine.journalId),
    show: {
      pool: (state) => JSON.stringify(showPool(viewPool(state))),
      // As of its entry nothing of it was due.
      reservation: (document) => JSON.stringify(showReservation(viewReservation(document, 0))),
      instant: formatInstant,
    },
  });
}

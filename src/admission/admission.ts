// What stands before the sales and is shared by the servers of a shop, or a server's own. Types only.

import type { Buckets } from './buckets.ts';
import type { UsedSolutions } from './challenge/solution-use.ts';
import type { Rooms } from './waiting-room/rooms.ts';

export interface Admission {
  /** How often one may try. */
  buckets?: Buckets;
  /** Which solutions of challenges were used. */
  solutions?: UsedSolutions;
  /** Who keeps the lines of waiting rooms. Without it this server, by itself. */
  rooms?: Rooms;
  /** Buyers that a waiting room knows at most. Default 500,000. */
  roomSizeMax?: number | undefined;
  /**
   * Places, passes and challenges are signed with it, and addresses named where they are counted. All servers of a shop
   * have the same, for as long as its sales go on. Without it each start has its own.
   */
  secret?: string | undefined;
  close?(): void;
}

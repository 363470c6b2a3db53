// The clock that all servers of one database share: the database's own, read now and then, and kept by
// this process's clock in between. Decides nothing.

import { SYSTEM_TIME, type TimeSource } from '../clock.ts';
import type { Connections } from './connections.ts';

const NOW = {
  name: 'now',
  text: `SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS ms`,
};

export class DatabaseTime implements TimeSource {
  #aheadMs = Number.NEGATIVE_INFINITY;

  wallMs(): number {
    return SYSTEM_TIME.wallMs() + this.#aheadMs;
  }

  monotonicMs(): number {
    return SYSTEM_TIME.monotonicMs();
  }

  /**
   * The database read its clock somewhere on the question's way: what was known is changed only where
   * that contradicts it. A slow answer then changes nothing, and at first this clock is behind by the
   * way of one answer: nothing falls due too early.
   */
  async look(connections: Connections): Promise<void> {
    const askedMs = SYSTEM_TIME.wallMs();
    const [row] = await connections.run(NOW);
    const leastMs = Number(row!.ms) - SYSTEM_TIME.wallMs();
    const mostMs = Number(row!.ms) + 1 - askedMs;
    this.#aheadMs = Math.min(mostMs, Math.max(leastMs, this.#aheadMs));
  }
}

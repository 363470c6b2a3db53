// The clock that all servers of one database share: the database's own, read now and then, and kept by
// this process's clock in between. Decides nothing.

import { SYSTEM_TIME, type TimeSource } from '../clock.ts';
import type { Connections } from './connections.ts';

const NOW = {
  name: 'now',
  text: `SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS ms`,
};

export class DatabaseTime implements TimeSource {
  #aheadMs = 0;

  wallMs(): number {
    return SYSTEM_TIME.wallMs() + this.#aheadMs;
  }

  monotonicMs(): number {
    return SYSTEM_TIME.monotonicMs();
  }

  /** Takes the middle of the question's way as its moment. */
  async look(connections: Connections): Promise<void> {
    const askedMs = SYSTEM_TIME.wallMs();
    const [row] = await connections.run(NOW);
    const toldMs = SYSTEM_TIME.wallMs();
    this.#aheadMs = Number(row!.ms) - (askedMs + toldMs) / 2;
  }
}

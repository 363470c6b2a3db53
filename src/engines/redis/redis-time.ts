// The clock that all servers of one Redis share: its own, read now and then, and kept by this process's clock
// in between. Decides nothing; the script reads the time itself.

import { SYSTEM_TIME, type TimeSource } from '../clock.ts';
import type { Send } from './connection.ts';

export class RedisTime implements TimeSource {
  #aheadMs = Number.NEGATIVE_INFINITY;

  wallMs(): number {
    return SYSTEM_TIME.wallMs() + this.#aheadMs;
  }

  monotonicMs(): number {
    return SYSTEM_TIME.monotonicMs();
  }

  /**
   * Redis read its clock somewhere on the question's way: what was known is changed only where that
   * contradicts it, so that a slow answer changes nothing.
   */
  async look(send: Send): Promise<void> {
    const askedMs = SYSTEM_TIME.wallMs();
    const atMs = await timeOf(send);
    const leastMs = atMs - SYSTEM_TIME.wallMs();
    const mostMs = atMs + 1 - askedMs;
    this.#aheadMs = Math.min(mostMs, Math.max(leastMs, this.#aheadMs));
  }
}

/** Redis's own time. */
export async function timeOf(send: Send): Promise<number> {
  const [seconds, micros] = (await send('TIME')) as [Buffer, Buffer];
  return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
}

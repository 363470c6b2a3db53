// Until when Redis may decide: as long as somebody records what it does. Extended by whoever records, first in
// the record and then in Redis, and never the other way round.

import { HoldfastError } from '../../errors.ts';
import { SYSTEM_TIME } from '../clock.ts';
import type { Send } from './connection.ts';
import type { StoreKeys } from './keys.ts';
import { timeOf } from './redis-time.ts';
import type { RecordState, Remembering } from './remembering.ts';
import { callFunction } from './scripted.ts';

/** Redis goes on for so long when the record is away. */
export const LEASE_MS = 10_000;
const EXTEND_MS = 1_000;

interface LeaseOptions {
  send: Send;
  keys: Pick<StoreKeys, 'metadata'>;
  remembering: Pick<Remembering, 'look' | 'extendLease'>;
  epoch: number;
}

export class RedisLease {
  readonly #options: LeaseOptions;
  #extendedMs = Number.NEGATIVE_INFINITY;

  constructor(options: LeaseOptions) {
    this.#options = options;
  }

  /** Once a second. @throws HoldfastError where another recorder or epoch has come */
  async extend(): Promise<void> {
    const nowMs = SYSTEM_TIME.monotonicMs();
    if (nowMs - this.#extendedMs < EXTEND_MS) return;
    const { send, keys, remembering, epoch } = this.#options;
    // Redis's time from before it was asked for: what is left is never too long.
    const redisMs = await timeOf(send);
    const { nowMs: recordMs } = await remembering.look();
    const answer = await remembering.extendLease({ epoch, untilMs: recordMs + LEASE_MS });
    if (!answer.ok) throw new HoldfastError('unavailable', `the lease is ${answer.code}`);
    const values = [String(epoch), String(redisMs + leftOf(answer.state))];
    await callFunction(send, 'lease', { keys: [keys.metadata], values });
    this.#extendedMs = nowMs;
  }
}

/** What is left of a lease, by the record's clock when it was asked. */
export function leftOf({ leaseUntilMs, nowMs }: RecordState): number {
  return leaseUntilMs - nowMs;
}

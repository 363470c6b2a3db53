// Until when Redis may decide: as long as somebody records what it does. Extended by whoever records, first in
// the record and then in Redis, and never the other way round.

import { HoldfastError } from '../../errors.ts';
import { SYSTEM_TIME } from '../clock.ts';
import type { Send } from './connection.ts';
import type { StoreKeys } from './keys.ts';
import { timeOf } from './redis-time.ts';
import type { RecordState, Remembering } from './remembering.ts';
import { callFunction } from './scripted.ts';

/** Redis goes on for so long when nothing is recorded, where its operator says nothing else. */
export const LEASE_MS = 10_000;
/** It is extended so often that one that fails is made up for. */
const EXTENDED_PER_LEASE = 10;

interface LeaseOptions {
  send: Send;
  keys: Pick<StoreKeys, 'metadata'>;
  remembering: Pick<Remembering, 'look' | 'extendLease'>;
  epoch: number;
  leaseMs: number;
}

export class RedisLease {
  readonly #options: LeaseOptions;
  #extendedMs = Number.NEGATIVE_INFINITY;

  constructor(options: LeaseOptions) {
    this.#options = options;
  }

  /** When it is time. @throws HoldfastError where another recorder or epoch has come */
  async extend(): Promise<void> {
    const nowMs = SYSTEM_TIME.monotonicMs();
    const { send, keys, remembering, epoch, leaseMs } = this.#options;
    if (nowMs - this.#extendedMs < leaseMs / EXTENDED_PER_LEASE) return;
    // Redis's time from before it was asked for: what is left is never too long.
    const redisMs = await timeOf(send);
    const { nowMs: recordMs } = await remembering.look();
    const answer = await remembering.extendLease({ epoch, untilMs: recordMs + leaseMs });
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

// Until when Redis may decide: as long as somebody records what it does. Extended by whoever records, first in
// the record and then in Redis, and never the other way round; and only while Redis has what is recorded.

import { HoldfastError } from '../../errors.ts';
import { SYSTEM_TIME } from '../clock.ts';
import type { Send } from './connection.ts';
import { StoreLost } from './failures.ts';
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
  keys: Pick<StoreKeys, 'metadata' | 'latest'>;
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
    const { leaseMs } = this.#options;
    if (nowMs - this.#extendedMs < leaseMs / EXTENDED_PER_LEASE) return;
    await this.#extend();
    this.#extendedMs = nowMs;
  }

  async #extend(): Promise<void> {
    const { send, remembering, epoch, leaseMs } = this.#options;
    // Redis's time from before it was asked for: what is left is never too long.
    const redisMs = await timeOf(send);
    const record = await remembering.look();
    if (record.epoch !== epoch) throw new StoreLost('this store was rebuilt in another Redis');
    // A Redis that has lost the store does not keep others from rebuilding it.
    await this.#tell(0, record);
    const untilMs = record.nowMs + leaseMs;
    const answer = await remembering.extendLease({ epoch, untilMs });
    if (!answer.ok) {
      const isOver = answer.code === 'closing' && leftOf(answer.state) < 0;
      if (isOver) throw new StoreLost('the lease of this store has ended for good');
      throw new HoldfastError('unavailable', `the lease is ${answer.code}`);
    }
    await this.#tell(redisMs + leftOf(answer.state), record);
  }

  async #tell(untilMs: number, { number }: RecordState): Promise<void> {
    const { send, keys, epoch } = this.#options;
    const values = [epoch, untilMs, number].map(String);
    await callFunction(send, 'lease', { keys: [keys.metadata, keys.latest], values });
  }
}

/** What is left of a lease, by the record's clock when it was asked. */
export function leftOf({ leaseUntilMs, nowMs }: RecordState): number {
  return leaseUntilMs - nowMs;
}

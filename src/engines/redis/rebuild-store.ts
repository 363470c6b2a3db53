// Rebuilds a store in Redis from its record: what survived is recorded first, the old lease ends, a new epoch
// begins, its state is written off to the side and switched in. A crash anywhere leaves a store that decides
// nothing, and whoever comes next starts over with another epoch.

import { setTimeout as delay } from 'node:timers/promises';
import { HoldfastError } from '../../errors.ts';
import { crashPoint } from '../crash-point.ts';
import { redisAddress } from './address.ts';
import { reached } from './cluster-map.ts';
import { Connection, type Send } from './connection.ts';
import { type Drained, drain, hasEpoch } from './drain.ts';
import { FreshState, type StateCounts } from './fresh-state.ts';
import { keysOf, type StoreKeys } from './keys.ts';
import { LifeSigns } from './life.ts';
import { looked } from './opening.ts';
import { LEASE_MS, leftOf, RedisLease } from './redis-lease.ts';
import type { RecordState, Remembering } from './remembering.ts';

/** How often somebody looks whether the lease has ended. */
const LOOK_MS = 500;

/** How far it is: `done` owners, documents and requests are written, of about so many. */
export interface RebuildStep {
  step: 'draining' | 'waiting' | 'writing';
  done: number;
  of?: number;
}

/**
 * `standing`: the store is in order. `busy`: somebody else is at it. `leased`: the lease goes on, so that
 * another Redis still decides for this record.
 */
export type RebuildAnswer =
  | { ok: true; epoch: number; drained: Drained; counts: StateCounts; tookMs: number }
  | { ok: false; code: 'standing' | 'busy' | 'leased' };

export interface RebuildOptions {
  remembering: Remembering;
  leaseMs?: number;
  /** Ends the lease of another Redis that is still at work. */
  closes?: boolean;
  onStep?: (step: RebuildStep) => void;
}

type Rebuilding = NonNullable<Remembering['rebuilding']>;

/** @throws HoldfastError `unavailable`, `disk-full`: nothing decides then, and it may be tried again */
export async function rebuildStore(
  address: string,
  options: RebuildOptions,
): Promise<RebuildAnswer> {
  const { remembering } = options;
  const { rebuilding } = remembering;
  if (rebuilding === undefined) throw new HoldfastError('unavailable', 'it cannot be rebuilt');
  const turn = await rebuilding.rebuildTurn();
  if (turn === undefined) return { ok: false, code: 'busy' };
  try {
    const { connection, runId } = await connected(address);
    const { send } = connection;
    const keys = keysOf(redisAddress(address).namespace);
    try {
      return await new Rebuild({ ...options, rebuilding, send, keys, runId }).run();
    } finally {
      connection.close();
    }
  } finally {
    await turn.end();
  }
}

/** One that breaks and comes back to another Redis is of no use. */
async function connected(address: string) {
  const at = redisAddress(address);
  let runId: string | undefined;
  const connection = await Connection.open(reached(at), async (send) => {
    const found = await looked(send, at);
    runId ??= found.runId;
    if (found.runId !== runId) throw new HoldfastError('unavailable', 'Redis was restarted');
  });
  return { connection, runId: runId! };
}

interface RebuildParts extends RebuildOptions {
  rebuilding: Rebuilding;
  send: Send;
  keys: StoreKeys;
  runId: string;
}

class Rebuild {
  readonly #parts: RebuildParts;
  readonly #startMs = performance.now();

  constructor(parts: RebuildParts) {
    this.#parts = parts;
  }

  async run(): Promise<RebuildAnswer> {
    const { remembering, rebuilding, send, keys, runId, closes = false } = this.#parts;
    const before = await remembering.look();
    if (before.epoch === 0) throw new HoldfastError('unavailable', 'this record knows of no store');
    if (await this.#stands(before)) return { ok: false, code: 'standing' };
    this.#tell({ step: 'draining', done: 0 });
    const drained = await drain({ send, keys, remembering });
    // A copy was meant to take over: whoever still decides elsewhere is to stop.
    const isClosed = closes || (await hasEpoch({ send, keys }, before));
    if (isClosed) await rebuilding.closeEpoch(before.epoch);
    if (!(await this.#ended(before, isClosed))) return { ok: false, code: 'leased' };
    // Its lease is over from the start: nothing is decided in it before it is there.
    const opened = await remembering.openEpoch({ after: before.epoch, runId, untilMs: 0 });
    if (!opened.ok) return { ok: false, code: opened.code === 'leased' ? 'leased' : 'busy' };
    const { epoch } = opened.state;
    const counts = await this.#write(epoch);
    await this.#lease(epoch).extend();
    const tookMs = Math.round(performance.now() - this.#startMs);
    return { ok: true, epoch, drained, counts, tookMs };
  }

  /** Somebody else has rebuilt it, or nothing was lost. */
  async #stands(record: RecordState): Promise<boolean> {
    const { remembering, send, keys, runId } = this.#parts;
    const { epoch, number } = record;
    if (record.runId !== runId || !(await hasEpoch({ send, keys }, record))) return false;
    const standing = await new LifeSigns(keys).standing(send);
    if (standing === undefined || standing.number < number) return false;
    const answer = await remembering.extendLease({ epoch, untilMs: 0 });
    return answer.ok || answer.code === 'overtaken';
  }

  /** Waits for the end of a lease; false where somebody extends it, and is not to be stopped. */
  async #ended({ epoch, leaseUntilMs }: RecordState, isClosed: boolean): Promise<boolean> {
    const { remembering } = this.#parts;
    while (true) {
      const record = await remembering.look();
      const leftMs = leftOf(record);
      if (record.epoch !== epoch || leftMs < 0) return true;
      if (!isClosed && record.leaseUntilMs > leaseUntilMs) return false;
      this.#tell({ step: 'waiting', done: 0 });
      await delay(Math.min(LOOK_MS, leftMs + 1), undefined, { ref: false });
    }
  }

  async #write(epoch: number): Promise<StateCounts> {
    const { rebuilding, remembering, send, keys, runId } = this.#parts;
    crashPoint('rebuild-opened');
    const fresh = await FreshState.begin({ send, keys, epoch });
    let latestMs = 0;
    let of: number | undefined;
    for await (const page of rebuilding.rebuildState()) {
      if (page.kind === 'moment') ({ latestMs, rows: of } = page);
      await fresh.take(page);
      const { owners, documents, requests } = fresh.counts;
      const done = owners + documents + requests;
      this.#tell({
        step: 'writing',
        done,
        ...(of === undefined ? {} : { of: Math.max(of, done) }),
      });
    }
    crashPoint('rebuild-written');
    const journalId = remembering.past.journalId ?? '';
    await fresh.switchIn({ latestMs, runId, journalId });
    crashPoint('rebuild-switched');
    return fresh.counts;
  }

  #lease(epoch: number): RedisLease {
    const { send, keys, remembering, leaseMs = LEASE_MS } = this.#parts;
    return new RedisLease({ send, keys, remembering, epoch, leaseMs });
  }

  #tell(step: RebuildStep): void {
    this.#parts.onStep?.(step);
  }
}

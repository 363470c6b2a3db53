// Carries batches of a store's stream to what remembers them, one step at a time: what is recorded leaves the
// stream, everybody is told, and the lease goes on. Who carries, and when, is for others to say. Decides nothing.

import type { Send } from './connection.ts';
import { StoreLost } from './failures.ts';
import type { StoreKeys } from './keys.ts';
import { type Place, placeText } from './place.ts';
import { RedisLease } from './redis-lease.ts';
import type { Remembering } from './remembering.ts';
import { callFunction } from './scripted.ts';
import { readStream } from './stream.ts';

/** What one step came to. */
export interface Carried {
  /** How many batches were there to carry. */
  batches: number;
  /** There may be more. */
  isMore: boolean;
  /** How far the stream is recorded. */
  place: Place;
}

/** Up to where something was recorded, and how many decisions of that did not hold. */
export interface Recorded {
  place: Place;
  revoked: number;
}

export interface Carrying {
  /**
   * Carries some of what comes after a place.
   *
   * @throws StoreLost, HoldfastError: nothing is lost, and it may be asked again
   */
  carry(after: Place): Promise<Carried>;
  /** Lets go of what it holds. A step that is under way may fail. */
  close(): Promise<void>;
}

export interface CarrierOptions {
  send: Send;
  keys: StoreKeys;
  remembering: Pick<Remembering, 'look' | 'recordBatches' | 'extendLease'>;
  epoch: number;
  leaseMs: number;
  /** Told as soon as something is recorded. */
  onRecorded: (recorded: Recorded) => void;
}

/** Batches in one step, at first and at most: how many entries are in one the load says. */
const BATCHES_FIRST = 16;
const BATCHES_MAX = 128;
/** Some thousand entries in one transaction are best (ADR 16); more keep those waiting that ask for the record. */
const ENTRIES_FEW = 1_000;
const ENTRIES_MANY = 3_000;

export class Carrier implements Carrying {
  readonly #options: CarrierOptions;
  readonly #lease: RedisLease;
  #count = BATCHES_FIRST;

  constructor(options: CarrierOptions) {
    this.#options = options;
    this.#lease = new RedisLease(options);
  }

  async carry(after: Place): Promise<Carried> {
    const { send, keys } = this.#options;
    const count = this.#count;
    const batches = await readStream(send, { key: keys.stream, after, count });
    const isMore = batches.length === count;
    const carried: Carried = { batches: batches.length, isMore, place: after };
    if (batches.length > 0) await this.#record(batches, carried);
    await this.#lease.extend();
    return carried;
  }

  async close(): Promise<void> {}

  async #record(batches: Awaited<ReturnType<typeof readStream>>, carried: Carried): Promise<void> {
    const { remembering, epoch, onRecorded } = this.#options;
    const answer = await remembering.recordBatches(batches);
    // Another one has recorded them, or more.
    const recorded = answer.ok ? answer : await remembering.look();
    carried.place = inEpoch(recorded, epoch);
    const revoked = answer.ok ? answer.refused.length : 0;
    onRecorded({ place: carried.place, revoked });
    if (!answer.ok) return;
    this.#adapt(batches);
    await this.#tell({ place: carried.place, revoked });
  }

  #adapt(batches: Awaited<ReturnType<typeof readStream>>): void {
    const entries = batches.reduce((sum, { decided }) => sum + decided.length, 0);
    const isAll = batches.length < this.#count;
    if (entries > ENTRIES_MANY) this.#count = Math.max(1, this.#count >> 1);
    else if (entries < ENTRIES_FEW && !isAll) this.#count = Math.min(BATCHES_MAX, 2 * this.#count);
  }

  /** What is recorded leaves the stream, and the other servers hear of it. */
  async #tell({ place, revoked }: Recorded): Promise<void> {
    const { send, keys } = this.#options;
    const next = placeText({ epoch: place.epoch, number: place.number + 1 });
    const values = [next, placeText(place), String(revoked)];
    await callFunction(send, 'tell', { keys: [keys.stream, keys.recorded], values });
  }
}

/** What is recorded of a later epoch says nothing of this one. @throws StoreLost */
export function inEpoch({ epoch, number }: Place, wanted: number): Place {
  if (epoch !== wanted) throw new StoreLost('this store was rebuilt');
  return { epoch, number };
}

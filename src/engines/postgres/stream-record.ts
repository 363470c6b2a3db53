// One stream as one recorder knows it: how far it is, what of a call is new, and how often recording it is
// tried. Asked for one thing at a time; who else records the same stream is found out by the row of the stream.

import { HoldfastError } from '../../errors.ts';
import type { RefusedDecision } from '../../kernel/revoking.ts';
import type { Connections } from './connections.ts';
import type { DecidedBatch, PreparedEntry } from './decided-batches.ts';
import { isTriedAgain } from './failures.ts';
import type { RecordAt } from './own-stream.ts';
import {
  type EpochAnswer,
  type LeaseAnswer,
  type NotInTurn,
  type OpenEpoch,
  type Place,
  RecordLease,
  type RecordState,
} from './record-lease.ts';
import { Recording, type ToRecord } from './recording.ts';

const TIMEOUTS = { lockMs: 2_000, statementMs: 8_000 };
const ATTEMPTS_MAX = 5;

/**
 * `refused`: entries that did not hold, each revoked by an event in the journal; later entries on the same
 * owners are refused as well, until the store that decides has been set to what is recorded. `gap`: batches
 * before it are missing; nothing was recorded.
 */
export type RecordAnswer =
  | { ok: true; epoch: number; number: number; skipped: number; refused: RefusedDecision[] }
  | { ok: false; code: 'gap'; state: RecordState }
  | NotInTurn;

/** A batch, and its entries made ready. */
export interface PreparedBatch {
  batch: DecidedBatch;
  entries: readonly PreparedEntry[];
}

export class StreamRecord {
  readonly lease: RecordLease;
  readonly #connections: Connections;
  readonly #recording: Recording;
  /** As this recorder has left it or last seen it; undefined after a failure. */
  #place: Place | undefined;
  /** Somebody else is further: this one waits until it is told to look. */
  #standsBy: NotInTurn['code'] | undefined;

  constructor(connections: Connections, at: RecordAt) {
    this.#connections = connections;
    this.lease = new RecordLease(connections, at);
    this.#recording = new Recording({ ...at, timeouts: TIMEOUTS });
  }

  async look(): Promise<RecordState> {
    const state = await this.lease.look();
    this.#goOnFrom(state);
    return state;
  }

  async record(batches: readonly PreparedBatch[]): Promise<RecordAnswer> {
    const from = this.#place ?? (await this.look());
    const { epoch } = from;
    let to = from.number;
    const fresh: PreparedEntry[] = [];
    let skipped = 0;
    for (const { batch, entries } of batches) {
      if (batch.epoch !== epoch) return this.#refused('epoch');
      if (batch.number > to + 1) return this.#refused('gap');
      if (batch.number <= to) {
        skipped += 1;
        continue;
      }
      to = batch.number;
      for (const entry of entries) fresh.push(entry);
    }
    if (to === from.number) return { ok: true, epoch, number: to, skipped, refused: [] };
    if (this.#standsBy !== undefined) return this.#refused(this.#standsBy);
    const answer = await this.#record({ entries: fresh, from, to });
    return 'code' in answer ? answer : { ok: true, epoch, number: to, skipped, ...answer };
  }

  async extend({ epoch, untilMs }: { epoch: number; untilMs: number }): Promise<LeaseAnswer> {
    const { number } = this.#place ?? (await this.look());
    return this.lease.extend({ epoch, number }, untilMs);
  }

  async openEpoch(asked: OpenEpoch): Promise<EpochAnswer> {
    const answer = await this.lease.openEpoch(asked);
    if (answer.ok) this.#goOnFrom(answer.state);
    return answer;
  }

  async #record(asked: ToRecord): Promise<{ refused: RefusedDecision[] } | NotInTurn> {
    const { epoch, number } = asked.from;
    this.#place = undefined;
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const refused = await this.#attempt(asked, { locked: attempt > 1 });
      if (refused !== undefined) {
        this.#place = { epoch, number: asked.to };
        return { refused };
      }
      const state = await this.lease.look();
      if (state.epoch !== epoch) return this.#standBy(asked.from, 'epoch', state);
      if (state.number !== number) return this.#standBy(asked.from, 'overtaken', state);
    }
    throw new HoldfastError('contended', `not recorded in ${ATTEMPTS_MAX} attempts`);
  }

  /** Undefined: it met somebody else, or something was not as it was known to be. */
  async #attempt(
    asked: ToRecord,
    how: { locked: boolean },
  ): Promise<RefusedDecision[] | undefined> {
    try {
      return await this.#connections.with((connection) =>
        this.#recording.attempt(connection, asked, how),
      );
    } catch (error) {
      if (!isTriedAgain(error)) throw error;
      return undefined;
    }
  }

  async #refused<Code extends 'gap' | NotInTurn['code']>(code: Code) {
    return { ok: false as const, code, state: await this.lease.look() };
  }

  /** Stays where it was, so that it is refused until it looks. */
  #standBy(from: Place, code: NotInTurn['code'], state: RecordState): NotInTurn {
    this.#place = from;
    this.#standsBy = code;
    return { ok: false, code, state };
  }

  #goOnFrom(state: RecordState): void {
    this.#place = state;
    this.#standsBy = undefined;
  }
}

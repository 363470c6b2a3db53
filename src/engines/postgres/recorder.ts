// Remembers what another store decides: its batches come as a numbered stream and are recorded once each,
// in their order, in the tables that the PostgreSQL engine reads. Checks every entry again; decides none,
// and has no clock of its own. Only one recorder of a stream advances.

import { HoldfastError } from '../../errors.ts';
import { requestKey } from '../../kernel/overlay.ts';
import type { RefusedDecision } from '../../kernel/revoking.ts';
import type { Decided, RequestName } from '../contract.ts';
import { postgresAddress } from './address.ts';
import { Connections } from './connections.ts';
import { type DecidedBatch, prepared } from './decided-batches.ts';
import { isTriedAgain, openingFailure } from './failures.ts';
import { HOME_FORM } from './home-form.ts';
import { LifeSigns } from './life.ts';
import { firstAnswersTo } from './loading.ts';
import { migrate } from './migrations.ts';
import { Positions } from './positions.ts';
import { type RebuildPage, rebuildPages } from './rebuilding.ts';
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
import { commitStatements } from './statements.ts';

export type { DecidedBatch } from './decided-batches.ts';
export type { RebuildPage } from './rebuilding.ts';

/** One that records, one that reads, one that gives positions, one for the lease. */
const CONNECTIONS_MAX = 4;
const TIMEOUTS = { lockMs: 2_000, statementMs: 8_000 };
const ATTEMPTS_MAX = 5;
const STREAM_DEFAULT = 'main';

export interface OpenRecorder {
  /** One of several streams that are recorded in one store. */
  stream?: string;
  /** Refuses to make the store. */
  existing?: boolean;
}

/**
 * `refused`: entries that did not hold, each revoked by an event in the journal; later entries on the same
 * owners are refused as well, until the store that decides has been set to what is recorded. `gap`: batches
 * before it are missing; nothing was recorded.
 */
export type RecordAnswer =
  | { ok: true; epoch: number; number: number; skipped: number; refused: RefusedDecision[] }
  | { ok: false; code: 'gap'; state: RecordState }
  | NotInTurn;

export class Recorder {
  readonly #connections: Connections;
  readonly #schema: string;
  readonly #recording: Recording;
  readonly #lease: RecordLease;
  readonly #positions: Positions;
  /** How far the stream is, as this recorder has left it or last seen it; undefined after a failure. */
  #place: Place | undefined;
  /** Somebody else is further: this one waits until it is told to look. */
  #standsBy: NotInTurn['code'] | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(connections: Connections, schema: string, stream: string) {
    this.#connections = connections;
    this.#schema = schema;
    this.#recording = new Recording({ schema, stream, timeouts: TIMEOUTS });
    this.#lease = new RecordLease(connections, { schema, stream });
    this.#positions = new Positions(connections, schema);
  }

  /**
   * Opens the store in a schema of a database, and makes it if it is not there.
   *
   * @throws HoldfastError `unavailable`; RangeError for what is no address
   */
  static async open(address: string, options: OpenRecorder = {}): Promise<Recorder> {
    const { connectionString, schema, pooling } = postgresAddress(address);
    const { stream = STREAM_DEFAULT, existing = false } = options;
    const connections = await Connections.open(connectionString, CONNECTIONS_MAX, { pooling });
    try {
      await migrate(connections, { schema, existing, form: HOME_FORM });
      const { parts } = await new LifeSigns(connections, schema).read();
      if (Object.keys(parts).length > 0) {
        const what = 'some of its pools live in parts, and a stream is recorded at home alone';
        throw new HoldfastError('unavailable', what);
      }
      const recorder = new Recorder(connections, schema, stream);
      await recorder.look();
      return recorder;
    } catch (error) {
      await connections.close();
      throw openingFailure(error);
    }
  }

  /** How far the stream is recorded. From here on this recorder goes on, whoever was before it. */
  look(): Promise<RecordState> {
    return this.#inTurn(() => this.#look());
  }

  /**
   * Records batches in one transaction: all that are new, once, or none. Some thousand entries at once are
   * best. Calls are carried out one after another, in order.
   *
   * @throws HoldfastError `unavailable`, `contended`, `disk-full`: whether it was recorded is not known; the
   * same batches may be given again
   */
  recordBatches(batches: readonly DecidedBatch[]): Promise<RecordAnswer> {
    // While another call waits for the database.
    const entries = new Map(batches.map((batch) => [batch, prepared(batch)]));
    return this.#inTurn(async () => {
      const { epoch, number } = this.#place ?? (await this.#look());
      let to = number;
      const fresh: DecidedBatch[] = [];
      for (const batch of batches) {
        if (batch.epoch !== epoch)
          return { ok: false, code: 'epoch', state: await this.#lease.look() };
        if (batch.number <= to) continue;
        if (batch.number !== to + 1)
          return { ok: false, code: 'gap', state: await this.#lease.look() };
        to = batch.number;
        fresh.push(batch);
      }
      const skipped = batches.length - fresh.length;
      if (fresh.length === 0) return { ok: true, epoch, number, skipped, refused: [] };
      if (this.#standsBy !== undefined) {
        return { ok: false, code: this.#standsBy, state: await this.#lease.look() };
      }
      const all = fresh.flatMap((batch) => entries.get(batch)!);
      const answer = await this.#record({ entries: all, from: { epoch, number }, to });
      if ('code' in answer) return answer;
      return { ok: true, epoch, number: to, skipped, refused: answer.refused };
    });
  }

  /**
   * Lets the store that decides do so until a moment of the database's clock. It must be told only once
   * this has been answered; by its own clock not longer than the answer says is left, counted from before
   * it was asked for.
   */
  extendLease({ epoch, untilMs }: { epoch: number; untilMs: number }): Promise<LeaseAnswer> {
    return this.#inTurn(async () => {
      const place = this.#place ?? (await this.#look());
      return this.#lease.extend({ epoch, number: place.number }, untilMs);
    });
  }

  /** Begins another life of the store that decides, once the lease of the one before has ended. */
  openEpoch(asked: OpenEpoch): Promise<EpochAnswer> {
    return this.#inTurn(async () => {
      const answer = await this.#lease.openEpoch(asked);
      if (answer.ok) this.#goOnFrom(answer.state);
      return answer;
    });
  }

  /** All that a store needs that is to decide from here on, as of one moment. */
  rebuildState(): AsyncGenerator<RebuildPage> {
    return rebuildPages(this.#connections, { schema: this.#schema, lease: this.#lease });
  }

  /** What requests were first answered, in their order; undefined for those that nobody remembers. */
  async firstAnswers(requests: readonly RequestName[]): Promise<(Decided | undefined)[]> {
    const { firstAnswers } = commitStatements(this.#schema);
    const found = await this.#connections.with((connection) =>
      firstAnswersTo(connection, firstAnswers, requests),
    );
    return requests.map((request) => found.get(requestKey(request)));
  }

  async close(): Promise<void> {
    await this.#turn.catch(() => {});
    await this.#positions.close();
    await this.#connections.close();
  }

  async #record(asked: ToRecord): Promise<{ refused: RefusedDecision[] } | NotInTurn> {
    this.#place = undefined;
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const refused = await this.#attempt(asked, { locked: attempt > 1 });
      if (refused !== undefined) {
        this.#place = { epoch: asked.from.epoch, number: asked.to };
        this.#positions.advance();
        return { refused };
      }
      const state = await this.#lease.look();
      const { epoch, number } = asked.from;
      if (state.epoch !== epoch) return this.#standBy(asked, 'epoch', state);
      if (state.number !== number) return this.#standBy(asked, 'overtaken', state);
    }
    throw new HoldfastError('contended', `not recorded in ${ATTEMPTS_MAX} attempts`);
  }

  #standBy({ from }: ToRecord, code: NotInTurn['code'], state: RecordState): NotInTurn {
    this.#place = from;
    this.#standsBy = code;
    return { ok: false, code, state };
  }

  async #attempt(asked: ToRecord, how: { locked: boolean }) {
    try {
      return await this.#connections.with((connection) =>
        this.#recording.attempt(connection, asked, how),
      );
    } catch (error) {
      if (!isTriedAgain(error)) throw error;
      return undefined;
    }
  }

  async #look(): Promise<RecordState> {
    const state = await this.#lease.look();
    this.#goOnFrom(state);
    return state;
  }

  #goOnFrom(state: RecordState): void {
    this.#place = state;
    this.#standsBy = undefined;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn.catch(() => {});
    return turn;
  }
}

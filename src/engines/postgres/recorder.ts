// Remembers what another store decides: its batches come as a numbered stream and are recorded once each,
// in their order, in the tables that the PostgreSQL engine reads. Checks every entry again; decides none,
// and has no clock of its own. Only one recorder of a stream advances.

import { HoldfastError } from '../../errors.ts';
import { requestKey } from '../../kernel/overlay.ts';
import type { Decided, RequestName } from '../contract.ts';
import { postgresAddress } from './address.ts';
import { Connections } from './connections.ts';
import { type DecidedBatch, prepared } from './decided-batches.ts';
import { openingFailure } from './failures.ts';
import { HOME_FORM } from './home-form.ts';
import { LifeSigns } from './life.ts';
import { firstAnswersTo } from './loading.ts';
import { migrate } from './migrations.ts';
import type { RecordAt } from './own-stream.ts';
import { Positions } from './positions.ts';
import { RebuildTurn } from './rebuild-turn.ts';
import { type RebuildPage, rebuildPages } from './rebuilding.ts';
import type { EpochAnswer, LeaseAnswer, OpenEpoch, RecordState } from './record-lease.ts';
import { RecordRowsReader } from './record-rows.ts';
import { commitStatements } from './statements.ts';
import { type RecordAnswer, StreamRecord } from './stream-record.ts';

export type { DecidedBatch } from './decided-batches.ts';
export type { RebuildPage } from './rebuilding.ts';
export type { EpochAnswer, LeaseAnswer, RecordState } from './record-lease.ts';
export type { RecordAnswer } from './stream-record.ts';

/** One that records, one that reads, one that gives positions, one for the lease. */
const CONNECTIONS_MAX = 4;
const STREAM_DEFAULT = 'main';

export interface OpenRecorder {
  /** One of several streams that are recorded in one store. */
  stream?: string;
  /** Refuses to make the store. */
  existing?: boolean;
}

/** What the recorders of one store have together. */
interface Shared {
  connections: Connections;
  positions: Positions;
  /** Recorders that are not closed. */
  users: number;
}

export class Recorder {
  /** What of the record is compared with the store that decides. */
  readonly rows: RecordRowsReader;
  readonly #connections: Connections;
  readonly #at: RecordAt;
  readonly #record: StreamRecord;
  readonly #positions: Positions;
  readonly #shared: Shared;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(shared: Shared, at: RecordAt) {
    const { connections, positions } = shared;
    this.#shared = shared;
    this.#connections = connections;
    this.#at = at;
    this.#record = new StreamRecord(connections, at);
    this.rows = new RecordRowsReader(connections, { at, lease: this.#record.lease });
    this.#positions = positions;
  }

  /**
   * Opens the store in a schema of a database, and makes it if it is not there.
   *
   * @throws HoldfastError `unavailable`; RangeError for what is no address
   */
  static async open(address: string, options: OpenRecorder = {}): Promise<Recorder> {
    const { stream = STREAM_DEFAULT, ...others } = options;
    return (await Recorder.openAll(address, [stream], others))[0]!;
  }

  /**
   * Opens all the streams that are recorded in one store, on the same connections.
   *
   * @throws HoldfastError `unavailable`: also where it holds another stream than these
   */
  static async openAll(
    address: string,
    streams: readonly string[],
    { existing = false }: Omit<OpenRecorder, 'stream'> = {},
  ): Promise<Recorder[]> {
    const { connectionString, schema, pooling } = postgresAddress(address);
    const most = CONNECTIONS_MAX + streams.length - 1;
    const connections = await Connections.open(connectionString, most, { pooling });
    try {
      await migrate(connections, { schema, existing, form: HOME_FORM });
      const { parts } = await new LifeSigns(connections, schema).read();
      if (Object.keys(parts).length > 0) {
        const what = 'some of its pools live in parts, and a stream is recorded at home alone';
        throw new HoldfastError('unavailable', what);
      }
      await checkStreams(connections, { schema, streams });
      const positions = new Positions(connections, schema);
      const shared: Shared = { connections, positions, users: streams.length };
      const isOneOfMany = streams.length > 1;
      const recorders = streams.map(
        (stream) => new Recorder(shared, { schema, stream, isOneOfMany }),
      );
      for (const recorder of recorders) await recorder.look();
      return recorders;
    } catch (error) {
      await connections.close();
      throw openingFailure(error);
    }
  }

  /** How far the stream is recorded. From here on this recorder goes on, whoever was before it. */
  look(): Promise<RecordState> {
    return this.#inTurn(() => this.#record.look());
  }

  /**
   * Records batches in one transaction: all that are new, once, or none. Some thousand entries at once are
   * best. Calls are carried out one after another, in order, and may be made without waiting.
   *
   * @throws HoldfastError `unavailable`, `contended`, `disk-full`: whether it was recorded is not known; the
   * same batches may be given again
   */
  recordBatches(batches: readonly DecidedBatch[]): Promise<RecordAnswer> {
    // While another call waits for the database.
    const ready = batches.map((batch) => ({ batch, entries: prepared(batch) }));
    return this.#inTurn(async () => {
      const answer = await this.#record.record(ready);
      if (answer.ok && answer.skipped < batches.length) this.#positions.advance();
      return answer;
    });
  }

  /**
   * Lets the store that decides do so until a moment of the database's clock. It must be told only once
   * this has been answered; by its own clock not longer than the answer says is left, counted from before
   * it was asked for.
   */
  extendLease(asked: { epoch: number; untilMs: number }): Promise<LeaseAnswer> {
    return this.#inTurn(() => this.#record.extend(asked));
  }

  /** Begins another life of the store that decides, once the lease of the one before has ended. */
  openEpoch(asked: OpenEpoch): Promise<EpochAnswer> {
    return this.#inTurn(() => this.#record.openEpoch(asked));
  }

  /** The lease of an epoch ends when it does: nobody extends it any more. */
  closeEpoch(epoch: number): Promise<void> {
    return this.#record.lease.close(epoch);
  }

  /** The right to rebuild the store; undefined where another server has it. */
  rebuildTurn(): Promise<RebuildTurn | undefined> {
    return RebuildTurn.take(this.#connections, `${this.#at.schema} ${this.#at.stream}`);
  }

  /** All that a store needs that is to decide from here on, as of one moment. */
  rebuildState(): AsyncGenerator<RebuildPage> {
    return rebuildPages(this.#connections, { at: this.#at, lease: this.#record.lease });
  }

  /** What requests were first answered, in their order; undefined for those that nobody remembers. */
  async firstAnswers(requests: readonly RequestName[]): Promise<(Decided | undefined)[]> {
    const { firstAnswers } = commitStatements(this.#at.schema);
    const found = await this.#connections.with((connection) =>
      firstAnswersTo(connection, firstAnswers, requests),
    );
    return requests.map((request) => found.get(requestKey(request)));
  }

  /** Whether requests have a first answer, in their order: cheaper than the answers. */
  async remembers(requests: readonly RequestName[]): Promise<boolean[]> {
    const text = `SELECT r.principal, r.key FROM "${this.#at.schema}".request r
      JOIN unnest($1::text[], $2::text[]) AS asked(principal, key) USING (principal, key)`;
    const names = [requests.map(({ principal }) => principal), requests.map(({ key }) => key)];
    const rows = await this.#connections.run({ name: 'remembers', text }, names);
    const found = new Set(rows.map((row) => requestKey(row as unknown as RequestName)));
    return requests.map((request) => found.has(requestKey(request)));
  }

  async close(): Promise<void> {
    await this.#turn;
    this.#shared.users -= 1;
    if (this.#shared.users > 0) return;
    await this.#positions.close();
    await this.#connections.close();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => {});
    return turn;
  }
}

/** In how many streams a store comes is said when it is made. */
async function checkStreams(
  connections: Connections,
  { schema, streams }: { schema: string; streams: readonly string[] },
): Promise<void> {
  const text = `SELECT stream FROM "${schema}".record`;
  const rows = await connections.run({ name: 'record_streams', text });
  const other = rows.map(({ stream }) => String(stream)).find((each) => !streams.includes(each));
  if (other === undefined) return;
  const what = `what is recorded here comes in other streams, ${other} among them: say so many slots`;
  throw new HoldfastError('unavailable', what);
}

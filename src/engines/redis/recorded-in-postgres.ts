// PostgreSQL as what remembers a store in Redis: its recorder, and an engine on the same database that reads
// and never decides.

import type { TimeSource } from '../clock.ts';
import { PostgresEngine } from '../postgres/postgres-engine.ts';
import { Recorder } from '../postgres/recorder.ts';
import { CarrierThread } from './carrier-thread.ts';
import type { Past, Remembering } from './remembering.ts';

/** What the streams of one store have together. */
interface Shared {
  engine: PostgresEngine;
  /** Those that are not closed. */
  users: number;
}

export class RecordedInPostgres implements Remembering {
  readonly past: Past;
  readonly rows: Recorder['rows'];
  readonly look: Recorder['look'];
  readonly recordBatches: Recorder['recordBatches'];
  readonly extendLease: Recorder['extendLease'];
  readonly openEpoch: Recorder['openEpoch'];
  readonly firstAnswers: Recorder['firstAnswers'];
  readonly remembers: Recorder['remembers'];
  readonly rebuilding: NonNullable<Remembering['rebuilding']>;
  readonly carrier?: NonNullable<Remembering['carrier']>;
  readonly #recorder: Recorder;
  readonly #shared: Shared;

  private constructor(shared: Shared, recorder: Recorder, record?: string) {
    // A slot that has let go of a document must not find that of another one.
    this.past = shared.users > 1 ? pastOf(shared.engine, recorder) : shared.engine;
    this.rows = recorder.rows;
    this.#shared = shared;
    this.#recorder = recorder;
    this.look = () => recorder.look();
    this.recordBatches = (batches) => recorder.recordBatches(batches);
    this.extendLease = (asked) => recorder.extendLease(asked);
    this.openEpoch = (asked) => recorder.openEpoch(asked);
    this.firstAnswers = (requests) => recorder.firstAnswers(requests);
    this.remembers = (requests) => recorder.remembers(requests);
    this.rebuilding = recorder;
    if (record === undefined) return;
    this.carrier = (from, onRecorded) => new CarrierThread({ ...from, record }, onRecorded);
  }

  /**
   * `threaded`: streams are carried in threads of their own.
   *
   * @throws HoldfastError `unavailable`; RangeError for what is no address
   */
  static async open(
    address: string,
    options: { time?: TimeSource; existing?: boolean; threaded?: boolean } = {},
  ): Promise<RecordedInPostgres> {
    return (
      await RecordedInPostgres.#over(address, options, [
        await Recorder.open(address, { existing: options.existing ?? false }),
      ])
    )[0]!;
  }

  /**
   * One for each stream of a store that comes in several; they read by one engine.
   *
   * @throws HoldfastError `unavailable`; RangeError for what is no address
   */
  static async openAll(
    address: string,
    streams: readonly string[],
    options: { time?: TimeSource; existing?: boolean } = {},
  ): Promise<RecordedInPostgres[]> {
    const { existing = false } = options;
    const recorders = await Recorder.openAll(address, streams, { existing });
    return RecordedInPostgres.#over(address, options, recorders);
  }

  static async #over(
    address: string,
    {
      time,
      existing = false,
      threaded = false,
    }: { time?: TimeSource; existing?: boolean; threaded?: boolean },
    recorders: readonly Recorder[],
  ): Promise<RecordedInPostgres[]> {
    try {
      const timed = time === undefined ? {} : { time };
      const engine = await PostgresEngine.open(address, { ...timed, existing, decides: false });
      const shared = { engine, users: recorders.length };
      const record = threaded ? address : undefined;
      return recorders.map((recorder) => new RecordedInPostgres(shared, recorder, record));
    } catch (error) {
      for (const recorder of recorders) await recorder.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#recorder.close();
    this.#shared.users -= 1;
    if (this.#shared.users === 0) await this.#shared.engine.close();
  }
}

/** The past of all streams, with the documents of one. */
function pastOf(engine: PostgresEngine, { rows }: Recorder): Past {
  return {
    journalId: engine.journalId,
    entries: (...asked) => engine.entries(...asked),
    follow: (...asked) => engine.follow(...asked),
    balancesAt: (...asked) => engine.balancesAt(...asked),
    pools: (...asked) => engine.pools(...asked),
    find: (...asked) => engine.find(...asked),
    health: () => engine.health(),
    documents: (ids) => rows.documents(ids),
  };
}

// PostgreSQL as what remembers a store in Redis: its recorder, and an engine on the same database that reads
// and never decides.

import type { TimeSource } from '../clock.ts';
import { PostgresEngine } from '../postgres/postgres-engine.ts';
import { Recorder } from '../postgres/recorder.ts';
import { CarrierThread } from './carrier-thread.ts';
import type { Past, Remembering } from './remembering.ts';

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
  readonly #engine: PostgresEngine;
  readonly #recorder: Recorder;

  private constructor(engine: PostgresEngine, recorder: Recorder, record?: string) {
    this.past = engine;
    this.rows = recorder.rows;
    this.#engine = engine;
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
    const { time, existing = false, threaded = false } = options;
    const recorder = await Recorder.open(address, { existing });
    try {
      const timed = time === undefined ? {} : { time };
      const engine = await PostgresEngine.open(address, { ...timed, existing, decides: false });
      return new RecordedInPostgres(engine, recorder, threaded ? address : undefined);
    } catch (error) {
      await recorder.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#recorder.close();
    await this.#engine.close();
  }
}

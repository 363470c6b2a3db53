// A stream to record: what a shop in memory decides, cut into numbered batches, beside a schema that
// recorders and an engine are opened on. Expects nothing.

import { decidedOf } from '../../../src/engines/conformance/outcomes.ts';
import type { Decided, Engine } from '../../../src/engines/contract.ts';
import { PostgresEngine } from '../../../src/engines/postgres/postgres-engine.ts';
import { type DecidedBatch, Recorder } from '../../../src/engines/postgres/recorder.ts';
import { verify } from '../../../src/verify/verify.ts';
import { type FreshSchema, freshSchema } from '../../support/postgres.ts';
import { accepted, Shop } from '../../support/shop.ts';

interface StreamOptions {
  /** Whether one is opened. */
  epoch?: boolean;
  /** Another one than all tests share. */
  server?: string;
}

/** Long ended. */
const NO_LEASE = 1;

export class RecordedStream {
  readonly shop: Shop;
  readonly schema: FreshSchema;
  readonly #recorders: Recorder[] = [];
  #taken = 0;
  #number = 0;
  /** Which the batches say that they are of. */
  #epoch = 1;

  private constructor(shop: Shop, schema: FreshSchema) {
    this.shop = shop;
    this.schema = schema;
  }

  static async open({ epoch = true, server }: StreamOptions = {}): Promise<RecordedStream> {
    const stream = new RecordedStream(await Shop.open(), await freshSchema(server));
    if (epoch) await stream.nextEpoch(await stream.recorder());
    return stream;
  }

  async recorder(options?: { stream: string }): Promise<Recorder> {
    const recorder = await Recorder.open(this.schema.address, options);
    this.#recorders.push(recorder);
    return recorder;
  }

  /** Of all streams of a store that comes in several. */
  async recorders(...streams: string[]): Promise<Recorder[]> {
    const recorders = await Recorder.openAll(this.schema.address, streams);
    this.#recorders.push(...recorders);
    return recorders;
  }

  async nextEpoch(recorder: Recorder, untilMs = NO_LEASE): Promise<void> {
    const { epoch } = await recorder.look();
    const answer = await recorder.openEpoch({ after: epoch, untilMs });
    if (!answer.ok) throw new Error(answer.code);
    this.#epoch = answer.state.epoch;
    this.#number = 0;
  }

  /** What the shop has decided since it was last asked. */
  async decided(): Promise<Decided[]> {
    const entries = await this.shop.engine.entries({ after: this.#taken, limit: 10_000 });
    this.#taken += entries.length;
    return entries.map((entry) => structuredClone(decidedOf(entry)));
  }

  batch(decided: readonly Decided[]): DecidedBatch {
    this.#number += 1;
    return { epoch: this.#epoch, number: this.#number, decided };
  }

  /** All that was decided since, as one batch. */
  async next(): Promise<DecidedBatch> {
    return this.batch(await this.decided());
  }

  async hold(quantity = 1, key?: string): Promise<string> {
    const cart = { lines: [{ pool: 'tea', quantity }], holdForMs: 60_000 };
    return accepted(await this.shop.stock.reserve(cart, key === undefined ? {} : { key })).id;
  }

  /** What stands there, as an engine on the same database reads it. */
  async read<T>(look: (engine: Engine) => Promise<T>): Promise<T> {
    const { time } = this.shop;
    const engine = await PostgresEngine.open(this.schema.address, { time });
    try {
      return await look(engine);
    } finally {
      await engine.close();
    }
  }

  /** Available and held units of a pool, and what verify finds wrong. */
  balances(pool = 'tea'): Promise<{ available: number; held: number; problems: string[] }> {
    return this.read(async (engine) => {
      const [owner] = await engine.owners([pool]);
      const { problems } = await verify(engine);
      return {
        available: owner?.accounts.available?.balance ?? 0,
        held: owner?.accounts.held?.balance ?? 0,
        problems: problems.map(({ what }) => what),
      };
    });
  }

  async close(): Promise<void> {
    for (const recorder of this.#recorders) await recorder.close();
    await this.shop.stock.close();
    await this.schema.drop();
  }
}

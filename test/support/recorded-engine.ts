// An engine that decides in memory and remembers in PostgreSQL, as a fast store does: what it decides goes
// to recorders in batches that are cut, repeated and interrupted by a chance that repeats itself. What
// PostgreSQL then shows is compared with memory at every look, and is what the caller gets.

import assert from 'node:assert/strict';
import type { TimeSource } from '../../src/engines/clock.ts';
import { decidedOf } from '../../src/engines/conformance/outcomes.ts';
import type { Decided, Engine } from '../../src/engines/contract.ts';
import { MemoryEngine } from '../../src/engines/memory.ts';
import { PostgresEngine } from '../../src/engines/postgres/postgres-engine.ts';
import type { DecidedBatch, Recorder } from '../../src/engines/postgres/recorder.ts';
import { sameReads, sameRebuilt } from './recorded-comparison.ts';
import { sameTables } from './recorded-tables.ts';

export type OpenRecorder = (address: string) => Promise<Recorder>;

const BATCH_MAX = 7;
const BATCHES_MAX = 4;
/** Batches that may be given once more. */
const KEPT = 6;

export class RecordedEngine {
  readonly memory: MemoryEngine;
  readonly #address: string;
  readonly #openRecorder: OpenRecorder;
  #recorders: Recorder[] = [];
  #record!: PostgresEngine;
  readonly #time: TimeSource;
  #pending: Decided[] = [];
  #given: DecidedBatch[] = [];
  #epoch = 0;
  #number = 0;
  #chance = 1;
  #turn: Promise<void> = Promise.resolve();

  constructor(openRecorder: OpenRecorder, address: string, time: TimeSource) {
    this.memory = new MemoryEngine({ time });
    this.#time = time;
    this.#address = address;
    this.#openRecorder = openRecorder;
    this.memory.follow((entries) => {
      for (const entry of entries) this.#pending.push(decidedOf(entry));
    });
  }

  /** Two recorders of one stream, and whoever reads. */
  async open(): Promise<void> {
    this.#recorders = [
      await this.#openRecorder(this.#address),
      await this.#openRecorder(this.#address),
    ];
    this.#record = await PostgresEngine.open(this.#address, { time: this.#time });
    if (this.#epoch === 0) await this.#nextEpoch();
  }

  async close(): Promise<void> {
    await this.#record.close();
    for (const recorder of this.#recorders) await recorder.close();
  }

  /** As the library sees it. */
  get engine(): Engine {
    const { memory } = this;
    const looked = {
      documents: async (...asked: Parameters<Engine['documents']>) =>
        this.#looked((engine) => engine.documents(...asked)),
      owners: async (...asked: Parameters<Engine['owners']>) =>
        this.#looked((engine) => engine.owners(...asked)),
      pools: async (...asked: Parameters<Engine['pools']>) =>
        this.#looked((engine) => engine.pools(...asked)),
      entries: async (...asked: Parameters<Engine['entries']>) => {
        await this.#compareAll();
        return this.#record.entries(...asked);
      },
    };
    return new Proxy<Engine>(memory, {
      get(target, name: keyof Engine) {
        const found = (looked as Partial<Engine>)[name] ?? Reflect.get(target, name, target);
        return typeof found === 'function' ? found.bind(target) : found;
      },
    });
  }

  /** What memory says; of some looks, after all is recorded, what the record says, which is the same. */
  async #looked<T>(look: (engine: Engine) => Promise<T>): Promise<T> {
    const isCompared = this.#draw(4) === 0;
    const inMemory = await look(this.memory);
    if (!isCompared) return inMemory;
    await this.#recordAll();
    const recorded = await look(this.#record);
    assert.deepEqual(recorded, inMemory, 'the record shows something else');
    return recorded;
  }

  async #compareAll(): Promise<void> {
    await this.#recordAll();
    await sameReads(this.memory, this.#record);
    await sameRebuilt(this.memory, this.#recorders[0]!);
    await sameTables(this.memory, this.#address);
  }

  /** One after another: several may look at once. */
  #recordAll(): Promise<void> {
    this.#turn = this.#turn.then(() => this.#recordPending());
    return this.#turn;
  }

  async #recordPending(): Promise<void> {
    while (this.#pending.length > 0) {
      if (this.#draw(9) === 0) await this.#nextEpoch();
      if (this.#draw(9) === 0) await this.#restart();
      if (this.#draw(5) === 0) this.#recorders.reverse();
      await this.#recordSome();
    }
  }

  async #recordSome(): Promise<void> {
    const again = this.#given.slice(this.#draw(this.#given.length + 1));
    const fresh: DecidedBatch[] = [];
    const count = 1 + this.#draw(BATCHES_MAX);
    while (fresh.length < count) {
      const decided = this.#pending.splice(0, this.#draw(BATCH_MAX + 1));
      this.#number += 1;
      fresh.push({ epoch: this.#epoch, number: this.#number, decided });
    }
    const [first, other] = this.#recorders;
    const before = this.#number - fresh.length;
    const state = await first!.look();
    assert.deepEqual([state.epoch, state.number], [this.#epoch, before]);
    if (this.#draw(2) === 0) await other!.look();
    const some = fresh.slice(0, 1 + this.#draw(fresh.length));
    await this.#give([...again, ...some], again.length);
    await this.#tryBehind(fresh);
    if (some.length < fresh.length) await this.#give(fresh, some.length);
    this.#given = [...this.#given, ...fresh].slice(-KEPT);
  }

  async #give(batches: readonly DecidedBatch[], skipped: number): Promise<void> {
    const { epoch, number } = batches.at(-1)!;
    const answer = await this.#recorders[0]!.recordBatches(batches);
    assert.deepEqual(answer, { ok: true, epoch, number, skipped, refused: [] });
  }

  /** One that has not looked since is refused, whatever it brings. */
  async #tryBehind(fresh: readonly DecidedBatch[]): Promise<void> {
    const answer = await this.#recorders[1]!.recordBatches(fresh);
    const codes = ['overtaken', 'gap', 'epoch'];
    assert.ok(!answer.ok && codes.includes(answer.code), 'a recorder that is behind advanced');
  }

  async #restart(): Promise<void> {
    await this.#recorders[0]!.close();
    this.#recorders[0] = await this.#openRecorder(this.#address);
  }

  async #nextEpoch(): Promise<void> {
    // A lease that ended long since.
    const answer = await this.#recorders[0]!.openEpoch({ after: this.#epoch, untilMs: 1 });
    assert.ok(answer.ok, JSON.stringify(answer));
    this.#epoch += 1;
    this.#number = 0;
    this.#given = [];
  }

  /** A whole number below `count`; the same sequence of looks draws the same. */
  #draw(count: number): number {
    // The constants are those of Numerical Recipes, second edition, section 7.1.
    this.#chance = (Math.imul(this.#chance, 1664525) + 1013904223) >>> 0;
    return (this.#chance >>> 8) % count;
  }
}

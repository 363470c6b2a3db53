// One history against the library in this process: over an engine that answers late and loses
// connections, with a time that the clients move, and with restarts where the engine survives them.

import { setImmediate as nextTurn } from 'node:timers/promises';
import { ManualTime } from '../../src/engines/conformance/manual-time.ts';
import { once } from '../../src/engines/conformance/once.ts';
import type { Engine } from '../../src/engines/contract.ts';
import type { History } from '../../src/history/operation.ts';
import { Recorder } from '../../src/history/recorder.ts';
import type { Stock } from '../../src/stock.ts';
import { Random } from '../crash/random.ts';
import { Clients } from './clients.ts';
import { type Disturbance, disturbed } from './disturbed-engine.ts';
import { entriesProblems } from './journal-check.ts';
import type { Product } from './product.ts';
import { StillTime } from './still-time.ts';
import { StockClient } from './stock-client.ts';
import { drawPlan } from './workload.ts';

/** A connection is made anew in less. */
const REACHED_MAX_MS = 60_000;
/** A little longer than a change may stay undecided (src/engines/slots/settling.ts). */
const LEFT_BEHIND_MS = 6_000;

export interface Recorded {
  history: History;
  /** What is wrong beside the order of things: the journal, the engine against it. */
  problems: string[];
}

export interface EngineUnderTest {
  open(time: ManualTime, product: Product): Promise<Engine>;
  /** Missing: it does not survive its process. */
  reopen?(closed: Engine, time: ManualTime, product: Product): Promise<Engine>;
  /** Pools are sold in so many segments. */
  segments?: number;
  /** Its commits are seen later than they are decided: time passes between them only. */
  seenLater?: boolean;
  /** Several decide together: what a pool shows, and what there is for a partial line, is of a moment before. */
  isLookedAtBefore?: boolean;
  /** Breaks one of its connections off, wherever it is. Missing: it has none. */
  breakOff?(engine: Engine, random: Random): Promise<void>;
  /** Removes what a closed one has kept, where that does not go with the process. */
  remove?(closed: Engine): Promise<void>;
}

const TURNS_MAX = 4;
const SHORT_HOLDS_MS = [5, 10, 20, 40];
const PASSES_MS = [1, 4, 10, 30];
const OPERATIONS_MAX = 30;

export async function recordInProcess(
  seed: number,
  engine: EngineUnderTest,
  product: Product,
): Promise<Recorded> {
  const run = await InProcessRun.open(new Random(seed), engine, product);
  try {
    return await run.record(`h${seed}`);
  } finally {
    await run.close();
  }
}

interface Parts {
  random: Random;
  kind: EngineUnderTest;
  product: Product;
}

class InProcessRun {
  readonly #parts: Parts;
  readonly #time = new ManualTime();
  readonly #still = new StillTime(this.#time);
  readonly #disturbance: Disturbance;
  /** Of 1000 operations, how many come with a restart. */
  readonly #restartsPerMille: number;
  /** Of 1000 operations, while how many a connection to the database is broken off. */
  readonly #breaksPerMille: number;
  #bare!: Engine;
  #stock!: Stock;
  #pools: readonly string[] = [];
  #up: Promise<void> = Promise.resolve();

  private constructor(parts: Parts) {
    const { random, kind } = parts;
    this.#parts = parts;
    const cutsPerMille = random.pick([0, 0, 15, 30]);
    this.#disturbance = { random: random.branch(), cutsPerMille, turnsMax: TURNS_MAX, on: false };
    this.#restartsPerMille = kind.reopen === undefined ? 0 : random.pick([0, 0, 10]);
    this.#breaksPerMille = kind.breakOff === undefined ? 0 : random.pick([0, 30, 60]);
  }

  static async open(random: Random, kind: EngineUnderTest, product: Product) {
    const run = new InProcessRun({ random, kind, product });
    await run.#open(await kind.open(run.#time, product));
    return run;
  }

  async #open(engine: Engine): Promise<void> {
    this.#bare = engine;
    const { HoldfastError, Stock } = this.#parts.product;
    const watched = this.#parts.kind.seenLater ? this.#still.watching(engine) : engine;
    const wrapped = disturbed(watched, this.#disturbance, HoldfastError);
    this.#stock = await Stock.open(wrapped, { sweep: false });
  }

  async record(name: string): Promise<Recorded> {
    const { random, product, kind } = this.#parts;
    const segments = kind.segments === undefined ? {} : { segments: kind.segments };
    // A segmented pool takes no cart that may come to nothing.
    const partialMin = kind.segments === undefined ? 0 : 1;
    const atOneMoment = kind.isLookedAtBefore !== true;
    const drawn = {
      ...{ shortHoldsMs: SHORT_HOLDS_MS, operationsMax: OPERATIONS_MAX },
      ...{ partialMin, atOneMoment },
    };
    const plan = drawPlan(random, drawn);
    for (const pool of plan.pools) await this.#stock.putPool({ pool, ...segments });
    this.#pools = plan.pools;
    const surroundings = {
      client: new StockClient(() => this.#stock),
      recorder: new Recorder({ clockMs: () => this.#time.wallMs() }),
      random,
      meanwhile: (own: Random) => this.#meanwhile(own),
      calm: () => this.#calm(),
      unanswered: () => this.#unanswered(),
    };
    const clients = new Clients(plan, surroundings, name);
    this.#disturbance.on = false;
    const history = await clients.run(() => {
      this.#disturbance.on = true;
    });
    const report = await product.verify(this.#bare);
    const entries = await this.#bare.entries({ after: 0, limit: 100_000 });
    const found = report.problems.map(({ invariant, what }) => `${invariant}: ${what}`);
    return { history, problems: [...found, ...entriesProblems(entries)] };
  }

  async #meanwhile(random: Random): Promise<void> {
    await this.#up;
    for (let turn = random.whole(0, TURNS_MAX); turn > 0; turn -= 1) await nextTurn();
    if (random.chance(0.15)) {
      const ms = random.pick(PASSES_MS);
      if (this.#parts.kind.seenLater) await this.#still.passMs(ms);
      else this.#time.passMs(ms);
    }
    if (random.chance(0.05)) await this.#stock.sweep().catch(() => 0);
    if (this.#breaksPerMille > 0 && random.chance(this.#breaksPerMille / 1_000)) {
      await this.#parts.kind.breakOff!(this.#bare, random);
    }
    if (random.chance(this.#restartsPerMille / 1_000)) {
      this.#up = this.#up.then(() => this.#restart());
    }
    await this.#up;
  }

  async #restart(): Promise<void> {
    const { kind, product } = this.#parts;
    const { on } = this.#disturbance;
    this.#disturbance.on = false;
    await this.#stock.close();
    await this.#open(await kind.reopen!(this.#bare, this.#time, product));
    this.#disturbance.on = on;
  }

  /** What was broken off is there again: the last answers are insisted on. */
  async #calm(): Promise<void> {
    await this.#up;
    this.#disturbance.on = false;
    if (this.#breaksPerMille > 0) await once(() => this.#isReached(), Boolean, REACHED_MAX_MS);
  }

  /** Time passes, after which several that decide together end what one of them has left behind. */
  async #unanswered(): Promise<void> {
    if (this.#parts.kind.isLookedAtBefore) await this.#still.passMs(LEFT_BEHIND_MS);
  }

  /** Whether every place decides: asks each to refuse something. */
  async #isReached(): Promise<boolean> {
    const asked = this.#pools.map((pool) => ({
      guards: [{ document: `pool:${pool}`, stateIn: [] }],
      events: [],
    }));
    try {
      await Promise.all(await this.#bare.commit(asked));
      return true;
    } catch (error) {
      if (error instanceof this.#parts.product.HoldfastError) return false;
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#stock.close();
    await this.#parts.kind.remove?.(this.#bare);
  }
}

// Rounds of faults under the relay and those who take what it carries, over the stores that there are, and
// what they come to. Stops at the first round that finds something. Prints nothing.

import { join } from 'node:path';
import { freshName, type KafkaServer, startKafka } from '../../support/kafka.ts';
import { freshSchema, providePostgres } from '../../support/postgres.ts';
import { Random } from '../random.ts';
import { planRelayRound, type RelayStore } from './relay-plan.ts';
import { RelaySide } from './relay-side.ts';

export interface RelayRunOptions {
  directory: string;
  rounds: number;
  seed: number;
  stores?: readonly RelayStore[];
  onRound?: (round: number, what: string) => void;
}

export interface RelayRunResult {
  rounds: number;
  faults: Record<string, number>;
  /** Commands of shoppers. */
  accepted: number;
  acceptedAway: number;
  /** Events under their products. */
  told: number;
  repeated: number;
  /** From the end of a round's shopping until everything had arrived everywhere; the longest. */
  slowestCalmMs: number;
  lost: string[];
  wrong: string[];
  stderr: string;
}

export async function runRelay(options: RelayRunOptions): Promise<RelayRunResult> {
  const run = new RelayRun(options, await startKafka());
  try {
    let round = 0;
    while (round < options.rounds && run.wrong.length === 0) {
      await run.round(round);
      round += 1;
    }
    return run.result(round);
  } finally {
    await run.close();
  }
}

class RelayRun {
  readonly wrong: string[] = [];
  readonly #options: RelayRunOptions;
  readonly #kafka: KafkaServer;
  readonly #random: Random;
  readonly #sides = new Map<RelayStore, RelaySide>();
  readonly #faults: Record<string, number> = {};

  constructor(options: RelayRunOptions, kafka: KafkaServer) {
    this.#options = options;
    this.#kafka = kafka;
    this.#random = new Random(options.seed);
  }

  async round(round: number): Promise<void> {
    const { stores = ['sqlite', 'postgres'], onRound } = this.#options;
    const plan = planRelayRound(round, { random: this.#random, stores });
    onRound?.(round, `${plan.store}, ${plan.fault}`);
    this.#faults[plan.fault] = (this.#faults[plan.fault] ?? 0) + 1;
    try {
      const side = await this.#side(plan.store);
      const wrong = await side.round(plan);
      const where = `round ${round + 1}, ${plan.store}, ${plan.fault}`;
      this.wrong.push(...wrong.map((what) => `${where}: ${what}`));
    } catch (error) {
      this.wrong.push(`round ${round + 1}: ${(error as Error).stack}`);
    }
  }

  result(rounds: number): RelayRunResult {
    const sides = [...this.#sides.values()];
    const sum = (each: (side: RelaySide) => number) =>
      sides.reduce((all, side) => all + each(side), 0);
    return {
      rounds,
      faults: this.#faults,
      accepted: sum(({ shoppers }) => shoppers.accepted),
      acceptedAway: sum(({ acceptedAway }) => acceptedAway),
      told: sum(({ told }) => told),
      repeated: sum(({ repeated }) => repeated),
      slowestCalmMs: Math.max(...sides.map(({ slowestCalmMs }) => slowestCalmMs)),
      lost: this.wrong.filter((what) => what.endsWith('is missing')),
      wrong: this.wrong.filter((what) => !what.endsWith('is missing')),
      stderr: this.wrong.length > 0 ? this.#lastWords() : '',
    };
  }

  #lastWords(): string {
    const words = [...this.#sides.values()].map(({ stderr }) => stderr);
    return [...words, 'and of the broker:', this.#kafka.log()].join('\n');
  }

  async close(): Promise<void> {
    for (const side of this.#sides.values()) await side.close();
    await this.#kafka.remove();
  }

  async #side(store: RelayStore): Promise<RelaySide> {
    const found = this.#sides.get(store);
    if (found !== undefined) return found;
    const engine =
      store === 'sqlite'
        ? `sqlite:${join(this.#options.directory, 'shop.db')}`
        : (await freshSchema()).address;
    const database = { address: await providePostgres(), schema: freshName('book') };
    const kafka = this.#kafka;
    const side = await RelaySide.open({
      ...{ store, engine, kafka, database, random: this.#random.branch() },
    });
    this.#sides.set(store, side);
    return side;
  }
}

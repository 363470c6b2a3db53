// Rounds of crashes under orders and all that belongs to them, one after another over the stores that there are, and what
// they come to. Stops at the first round that finds something. Prints nothing.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ownPostgresMissing } from '../../support/postgres.ts';
import type { Findings } from '../judge.ts';
import { Random } from '../random.ts';
import type { OrderBooks } from './order-books.ts';
import type { OrderLog } from './order-log.ts';
import { OrderPlanner, POINTS, type StoreKind } from './order-plan.ts';
import { OrderSide } from './order-side.ts';
import type { OrderStory } from './order-stories.ts';
import { SERVERS } from './order-world.ts';

/** Every so many rounds the product's own verification looks too. */
const VERIFY_EVERY = 10;

export interface OrderRunOptions {
  directory: string;
  rounds: number;
  /** Whether so much was seen that the run shows something; rounds go on until then, at most `roundsMax`. */
  enough?: (result: OrderRunResult) => boolean;
  roundsMax?: number;
  seed: number;
  stores?: readonly StoreKind[];
  onRound?: (round: number, what: string) => void;
}

export interface OrderRunResult extends Pick<Findings, 'lost' | 'wrong'> {
  rounds: number;
  deaths: Record<string, number>;
  /** How often a server died at each named step. */
  points: Record<string, number>;
  providerDeaths: number;
  orders: number;
  ends: Record<string, number>;
  /** Returns and places in line, by how they ended or stand. */
  returns: Record<string, number>;
  places: Record<string, number>;
  /** Stages that were paid before the last, vouchers that living orders have, events that were told. */
  stages: number;
  vouchers: number;
  told: number;
  /** Commands of buyers. */
  counts: OrderLog['counts'];
  entries: number;
  movements: number;
  verified: number;
  /** From the last death until both books agreed; the longest. */
  slowestCalmMs: number;
  stderr: string;
}

export function storesHere(): StoreKind[] {
  return ownPostgresMissing() === undefined ? ['sqlite', 'postgres'] : ['sqlite'];
}

export async function runOrders(options: OrderRunOptions): Promise<OrderRunResult> {
  const run = new OrderRun(options);
  try {
    const { rounds, roundsMax = rounds, enough = () => true } = options;
    let round = 0;
    const goesOn = () => round < rounds || (round < roundsMax && !enough(run.result(round)));
    while (!run.failed && goesOn()) {
      await run.round(round);
      round += 1;
    }
    if (!run.failed) await run.verify();
    return run.result(round);
  } finally {
    await run.close();
  }
}

class OrderRun {
  readonly #options: OrderRunOptions;
  readonly #random: Random;
  readonly #planner: OrderPlanner;
  readonly #sides = new Map<StoreKind, OrderSide>();
  readonly #wrong: string[] = [];
  #verified = 0;

  constructor(options: OrderRunOptions) {
    this.#options = options;
    const random = new Random(options.seed);
    this.#random = random;
    const { stores = storesHere() } = options;
    this.#planner = new OrderPlanner({ random, stores, servers: SERVERS.postgres });
  }

  get failed(): boolean {
    return this.#wrong.length > 0;
  }

  result(rounds: number): OrderRunResult {
    const sides = [...this.#sides.values()];
    const sum = (each: (side: OrderSide) => number) =>
      sides.reduce((all, side) => all + each(side), 0);
    const isLost = (what: string) => what.endsWith('is lost');
    return {
      rounds,
      deaths: addUp(sides.map(({ deaths }) => deaths)),
      points: addUp([
        Object.fromEntries(POINTS.map((point) => [point, 0])),
        ...sides.map(({ points }) => points),
      ]),
      providerDeaths: sum(({ providerDeaths }) => providerDeaths),
      orders: sum(({ books }) => books.orders.size),
      ends: addUp(sides.map(({ books }) => byStatus(books.orders))),
      returns: addUp(sides.map(({ books }) => byStatus(books.returns.all))),
      places: addUp(sides.map(({ books }) => byStatus(books.line.all))),
      stages: sum(({ books }) => ofOrders(books, ({ stages }) => stages.length)),
      vouchers: sum(({ books }) => ofOrders(books, ({ codes }) => codes.size)),
      told: sum(({ books }) => books.events),
      counts: addUp(sides.map(({ log }) => log.counts)) as OrderLog['counts'],
      entries: sum(({ books }) => books.entries),
      movements: sum(({ books }) => books.movements),
      verified: this.#verified,
      slowestCalmMs: Math.max(...sides.map(({ slowestCalmMs }) => slowestCalmMs)),
      lost: this.#wrong.filter(isLost),
      wrong: this.#wrong.filter((what) => !isLost(what)),
      stderr: this.failed ? sides.map(({ world }) => world.stderr).join('\n') : '',
    };
  }

  async close(): Promise<void> {
    for (const { world } of this.#sides.values()) await world.close();
  }

  async round(round: number): Promise<void> {
    const { onRound } = this.#options;
    const plan = this.#planner.next(round);
    onRound?.(
      round,
      `${plan.store}, ${plan.crashAt ?? plan.at}${plan.provider ? ', provider' : ''}`,
    );
    try {
      const side = await this.#side(plan.store);
      const before = side.deaths.missed ?? 0;
      this.#wrong.push(...(await side.round(plan)));
      if ((side.deaths.missed ?? 0) > before) this.#planner.missed(plan.at);
      if (round % VERIFY_EVERY === VERIFY_EVERY - 1) await this.verify();
    } catch (error) {
      this.#wrong.push(`round ${round + 1}: ${(error as Error).stack}`);
    }
  }

  async verify(): Promise<void> {
    for (const { world } of this.#sides.values()) {
      const problem = await world.verify();
      this.#verified += 1;
      if (problem !== undefined) this.#wrong.push(`verify of ${world.store}: ${problem}`);
    }
  }

  async #side(store: StoreKind): Promise<OrderSide> {
    const found = this.#sides.get(store);
    if (found !== undefined) return found;
    const directory = join(this.#options.directory, store);
    mkdirSync(directory);
    const { seed } = this.#options;
    const side = await OrderSide.open({ store, directory, seed }, this.#random.branch());
    this.#sides.set(store, side);
    return side;
  }
}

function byStatus(stories: ReadonlyMap<string, { status: string }>): Record<string, number> {
  return addUp([...stories.values()].map(({ status }) => ({ [status]: 1 })));
}

function ofOrders({ orders }: OrderBooks, count: (story: OrderStory) => number): number {
  return [...orders.values()].reduce((sum, story) => sum + count(story), 0);
}

function addUp(all: readonly Record<string, number>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const each of all) {
    for (const [name, count] of Object.entries(each)) sums[name] = (sums[name] ?? 0) + count;
  }
  return sums;
}

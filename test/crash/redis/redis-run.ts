// Rounds of faults under several servers of one store in Redis, and what they come to: nothing is sold twice, no
// recorded confirm is lost, both sides say the same. Stops at the first round that finds something. Prints nothing.

import { setTimeout as delay } from 'node:timers/promises';
import { differences } from '../../support/both-sides.ts';
import { HttpClient, type Reply } from '../http-client.ts';
import { Random } from '../random.ts';
import { RedisFaults } from './redis-faults.ts';
import { planRedisRound, type RedisRound } from './redis-plan.ts';
import { ServedStore } from './served-store.ts';
import { POOLS, SCARCE, SCARCE_UNITS, Shoppers, UNITS } from './shoppers.ts';
import { type Counts, Stories } from './stories.ts';

const SERVERS = 3;
const LEASE_MS = 3_000;
/** Nobody waits so long for a store to come back, but for a test on a machine that is busy. */
const BACK_MAX_MS = 180_000;
const POLL_MS = 50;
/** So often the record is verified, and after the last round. */
const VERIFIED_EVERY = 10;

export interface RedisRunOptions {
  rounds: number;
  seed: number;
  /** In how many slots the store lies: one where nothing is said. */
  slots?: number;
  onRound?: (round: number, what: string) => void;
  /** The same in each round, whatever the seed says. */
  only?: Partial<Pick<RedisRound, 'fault' | 'forMs'>>;
}

export interface RedisRunResult extends Counts {
  rounds: number;
  faults: Record<string, number>;
  accepted: number;
  refused: number;
  /** Answers that left the outcome open. */
  unknown: number;
  /** From the fault until every server took commands again; the longest by kind. */
  slowestBackMs: Record<string, number>;
  lost: string[];
  wrong: string[];
  stderr: string;
}

export async function runRedis(options: RedisRunOptions): Promise<RedisRunResult> {
  const { slots = 1 } = options;
  const store = await ServedStore.start({ servers: SERVERS, leaseMs: LEASE_MS, slots });
  const run = new RedisRun(store, options);
  try {
    await run.openShop();
    let round = 0;
    while (round < options.rounds && !run.failed) {
      await run.round(round);
      round += 1;
    }
    return run.result(round);
  } finally {
    await run.close();
  }
}

class RedisRun {
  readonly #store: ServedStore;
  readonly #options: RedisRunOptions;
  readonly #random: Random;
  readonly #stories = new Stories();
  readonly #shoppers: Shoppers;
  readonly #faulty: RedisFaults;
  readonly #clients: HttpClient[];
  readonly #faults: Record<string, number> = {};
  readonly #slowestBackMs: Record<string, number> = {};

  constructor(store: ServedStore, options: RedisRunOptions) {
    this.#store = store;
    this.#options = options;
    this.#random = new Random(options.seed);
    const taken = (servers: readonly number[]) => this.#takes(servers);
    this.#faulty = new RedisFaults({ store, taken });
    this.#clients = store.servers.map(({ port }) => new HttpClient(port));
    this.#shoppers = new Shoppers(this.#stories, () => this.#clients, this.#random.branch());
  }

  get failed(): boolean {
    return this.#stories.lost.length + this.#stories.wrong.length > 0;
  }

  async openShop(): Promise<void> {
    // What a buyer has had lies in another slot than most of what he buys.
    if (this.#options.slots !== undefined) await this.#must('PUT', '/v1/limits/fair', FAIR);
    for (const pool of [...POOLS, SCARCE]) {
      await this.#must('PUT', `/v1/pools/${pool}`, {});
      const quantity = pool === SCARCE ? SCARCE_UNITS : UNITS;
      await this.#must('POST', `/v1/pools/${pool}/receive`, { quantity });
    }
  }

  async round(round: number): Promise<void> {
    const asked = { servers: SERVERS, leaseMs: LEASE_MS, random: this.#random };
    const plan = { ...planRedisRound(round, asked), ...this.#options.only };
    const { fault } = plan;
    this.#options.onRound?.(round, fault);
    this.#faults[fault] = (this.#faults[fault] ?? 0) + 1;
    const where = (what: string) => `round ${round + 1}, ${fault}: ${what}`;
    try {
      this.#shoppers.start();
      await delay(plan.afterMs);
      const startMs = performance.now();
      await this.#faulty.cause(plan);
      await this.#back(fault, startMs);
      await delay(plan.afterMs);
      await this.#shoppers.stop();
      await this.#stories.compare(this.#random.pick(this.#clients));
      await this.#sums();
      this.#stories.wrong.push(...(await this.#atRest()).map(where));
      const isLast = round + 1 === this.#options.rounds;
      const problem =
        isLast || round % VERIFIED_EVERY === 0 ? await this.#store.verify() : undefined;
      if (problem !== undefined) this.#stories.wrong.push(where(`verify: ${problem}`));
    } catch (error) {
      this.#stories.wrong.push(where(String((error as Error).stack)));
    }
    await this.#shoppers.stop();
  }

  result(rounds: number): RedisRunResult {
    const { counts, lost, wrong } = this.#stories;
    const { accepted, refused, unknown } = this.#shoppers;
    return {
      ...{ rounds, faults: this.#faults, accepted, refused, unknown, ...counts },
      ...{ slowestBackMs: this.#slowestBackMs, lost, wrong },
      stderr: this.failed ? this.#store.servers.map(({ stderr }) => stderr).join('\n') : '',
    };
  }

  async close(): Promise<void> {
    await this.#shoppers.stop();
    for (const client of this.#clients) client.close();
    await this.#store.remove();
  }

  /** Waits until every server takes commands again. */
  async #back(fault: string, startMs: number): Promise<void> {
    await this.#takes(ALL);
    const tookMs = Math.round(performance.now() - startMs);
    this.#slowestBackMs[fault] = Math.max(this.#slowestBackMs[fault] ?? 0, tookMs);
  }

  async #takes(servers: readonly number[]): Promise<void> {
    await Promise.all(servers.map((server) => this.#taken(server)));
  }

  async #taken(server: number): Promise<void> {
    const startMs = performance.now();
    const path = `/v1/pools/${POOLS[0]}`;
    // What changes nothing, and is recorded all the same.
    const put = () => this.#clients[server]!.exchange({ method: 'PUT', path, body: {} });
    while (((await put().catch(() => undefined))?.status ?? 503) >= 300) {
      if (performance.now() - startMs > BACK_MAX_MS) throw new Error(`${server} stays away`);
      await delay(POLL_MS);
    }
  }

  async #sums(): Promise<void> {
    for (const pool of [...POOLS, SCARCE]) {
      const { body } = await this.#must('GET', `/v1/pools/${pool}`);
      const [available, held, sold] = ['available', 'held', 'sold'].map((name) =>
        Number(body[name]),
      ) as [number, number, number];
      const told = { held: this.#stories.units('held', pool), sold: this.#sold(pool) };
      const here = `${pool} has ${JSON.stringify(body)}, told were ${JSON.stringify(told)}`;
      const units = pool === SCARCE ? SCARCE_UNITS : UNITS;
      if (told.sold > units || sold > units) this.#stories.wrong.push(`oversold: ${here}`);
      if (sold < told.sold) this.#stories.lost.push(`too little is sold: ${here}`);
      if (sold > told.sold || held !== told.held) this.#stories.wrong.push(`too much: ${here}`);
      if (available + held + sold !== units || available < 0) {
        this.#stories.wrong.push(`units do not add up: ${here}`);
      }
    }
  }

  #sold(pool: string): number {
    return this.#stories.units('confirmed', pool);
  }

  /** What the two sides say differently once all is recorded. */
  async #atRest(): Promise<string[]> {
    const sides = { redis: this.#store.address, record: this.#store.record };
    const startMs = performance.now();
    let found = await differences(sides);
    while (found.length > 0 && performance.now() - startMs < BACK_MAX_MS) {
      await delay(POLL_MS);
      found = await differences(sides);
    }
    return found;
  }

  async #must(method: 'GET' | 'PUT' | 'POST', path: string, body?: object): Promise<Reply> {
    const client = this.#random.pick(this.#clients);
    const reply = await client.exchange({ method, path, ...(body === undefined ? {} : { body }) });
    if (reply.status < 300) return reply;
    throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
  }
}

const FAIR = { per: 'buyer', scope: 'all', quantityMax: 1_000_000 };
const ALL: readonly number[] = Array.from({ length: SERVERS }, (_, index) => index);

// Rounds of faults under several servers of one store in Redis, and what they come to: nothing is sold twice, no
// recorded confirm is lost, both sides say the same. Stops at the first round that finds something. Prints nothing.

import { setTimeout as delay } from 'node:timers/promises';
import { differences } from '../../support/both-sides.ts';
import { ask } from '../../support/redis/server.ts';
import { type RedisServer, startRedis } from '../../support/redis.ts';
import { HttpClient, type Reply } from '../http-client.ts';
import { Random } from '../random.ts';
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
  onRound?: (round: number, what: string) => void;
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
  const store = await ServedStore.start({ servers: SERVERS, leaseMs: LEASE_MS });
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
  readonly #clients: HttpClient[];
  readonly #faults: Record<string, number> = {};
  readonly #slowestBackMs: Record<string, number> = {};

  constructor(store: ServedStore, options: RedisRunOptions) {
    this.#store = store;
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#clients = store.servers.map(({ port }) => new HttpClient(port));
    this.#shoppers = new Shoppers(this.#stories, () => this.#clients, this.#random.branch());
  }

  get failed(): boolean {
    return this.#stories.lost.length + this.#stories.wrong.length > 0;
  }

  async openShop(): Promise<void> {
    for (const pool of [...POOLS, SCARCE]) {
      await this.#must('PUT', `/v1/pools/${pool}`, {});
      const quantity = pool === SCARCE ? SCARCE_UNITS : UNITS;
      await this.#must('POST', `/v1/pools/${pool}/receive`, { quantity });
    }
  }

  async round(round: number): Promise<void> {
    const asked = { servers: SERVERS, leaseMs: LEASE_MS, random: this.#random };
    const plan = planRedisRound(round, asked);
    const { fault } = plan;
    this.#options.onRound?.(round, fault);
    this.#faults[fault] = (this.#faults[fault] ?? 0) + 1;
    const where = (what: string) => `round ${round + 1}, ${fault}: ${what}`;
    try {
      this.#shoppers.start();
      await delay(plan.afterMs);
      const startMs = performance.now();
      await this.#fault(plan);
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

  async #fault(plan: RedisRound): Promise<void> {
    const { forMs, server } = plan;
    const store = this.#store;
    const { redis } = store;
    switch (plan.fault) {
      case 'redis-killed':
        await redis.kill();
        await delay(forMs);
        return redis.restart();
      case 'redis-restarted':
        await redis.stop();
        return redis.restart();
      case 'flushed':
        await ask(redis.address, ['FLUSHALL']);
        return;
      case 'emptied':
        await redis.kill();
        return this.#turnTo(await startRedis(), redis);
      case 'old-copy':
        return this.#oldCopy(redis, forMs);
      case 'promoted':
        return this.#promoted(plan, redis);
      case 'server-killed':
        await store.servers[server]!.kill();
        await delay(forMs / 2);
        return store.startServer(server);
      case 'recorder-killed':
        return this.#killRecorder(plan);
      case 'rebuilder-killed':
        return this.#killRebuilders(plan);
      case 'postgres-away':
        await store.postgres.stop('immediate');
        await delay(forMs);
        return store.postgres.restart();
    }
  }

  async #turnTo(redis: RedisServer, old: RedisServer, servers = ALL): Promise<void> {
    this.#store.turnTo(redis, servers);
    if (servers === ALL) await old.remove();
  }

  /** Redis comes back as it was some time ago. */
  async #oldCopy(redis: RedisServer, forMs: number): Promise<void> {
    const copy = await this.#store.replica();
    await ask(copy.address, ['REPLICAOF', 'NO', 'ONE']);
    await delay(forMs / 2);
    await redis.kill();
    await this.#turnTo(copy, redis);
  }

  /** A replica takes over that is behind, while one server still reaches the old master. */
  async #promoted({ forMs, server }: RedisRound, redis: RedisServer): Promise<void> {
    const replica = await this.#store.replica();
    await ask(replica.address, ['REPLICAOF', 'NO', 'ONE']);
    await delay(forMs / 4);
    const others = ALL.filter((each) => each !== server);
    await this.#turnTo(replica, redis, others);
    await Promise.all(others.map((each) => this.#takes(each)));
    // By now two masters are there, and one of them may not sell.
    await delay(forMs / 2);
    await this.#turnTo(replica, redis);
  }

  /** The only server that is left records, and dies at it. */
  async #killRecorder({ server, recordingAt }: RedisRound): Promise<void> {
    const { servers } = this.#store;
    await Promise.all(servers.map((each) => each.kill()));
    await this.#store.startServer(server, { HOLDFAST_CRASH_AT: recordingAt });
    await this.#ended(servers[server]!);
    for (const each of ALL) await this.#store.startServer(each);
  }

  /** Servers die while they rebuild, one after the other, until one is there that does not. */
  async #killRebuilders({ server, rebuildingAt }: RedisRound): Promise<void> {
    const { servers, redis } = this.#store;
    const dying = ALL.filter((each) => each !== server);
    await Promise.all(servers.map((each) => each.kill()));
    await ask(redis.address, ['FLUSHALL']);
    for (const each of dying) {
      await this.#store.startServer(each, { HOLDFAST_CRASH_AT: rebuildingAt });
      await this.#ended(servers[each]!);
      // Behind the last step it is rebuilt, and nobody has to do it again.
      if (rebuildingAt === 'rebuild-switched') break;
    }
    for (const each of ALL) if (!servers[each]!.running) await this.#store.startServer(each);
  }

  async #ended(server: { exited: Promise<void>; running: boolean }): Promise<void> {
    const late = delay(BACK_MAX_MS, 'late', { ref: false });
    const end = await Promise.race([server.exited, late]);
    if (end === 'late') throw new Error('the server did not come to where it was to die');
  }

  /** Waits until every server takes commands again. */
  async #back(fault: string, startMs: number): Promise<void> {
    await Promise.all(ALL.map((server) => this.#takes(server)));
    const tookMs = Math.round(performance.now() - startMs);
    this.#slowestBackMs[fault] = Math.max(this.#slowestBackMs[fault] ?? 0, tookMs);
  }

  async #takes(server: number): Promise<void> {
    const startMs = performance.now();
    const path = `/v1/pools/${POOLS[0]}`;
    // What changes nothing, and is recorded all the same.
    const ask = () => this.#clients[server]!.exchange({ method: 'PUT', path, body: {} });
    while (((await ask().catch(() => undefined))?.status ?? 503) >= 300) {
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
    const sides = { redis: this.#store.redis.address, record: this.#store.record };
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

const ALL: readonly number[] = Array.from({ length: SERVERS }, (_, index) => index);

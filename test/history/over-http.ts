// Histories over HTTP against a server process that is paused, killed and started again, through a proxy
// that cuts connections. Real time: short holds run out by themselves.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Operation } from '../../src/history/operation.ts';
import { Recorder } from '../../src/history/recorder.ts';
import { HttpClient } from '../crash/http-client.ts';
import { Random } from '../crash/random.ts';
import type { Program } from '../crash/server-process.ts';
import { isPostgres, type PostgresName } from '../support/postgres-kind.ts';
import { Clients } from './clients.ts';
import { HttpShopClient } from './http-shop-client.ts';
import type { Recorded } from './in-process.ts';
import { journalProblems, type Touch } from './journal-check.ts';
import { ServedFiles } from './served-files.ts';
import { drawPlan } from './workload.ts';

/** Of files the server's clock and ours are the same one; it goes on at a pace of its own between readings. */
const SLACK_MS = 10;
const SHORT_HOLDS_MS = [30, 60, 120];
const OPERATIONS_MAX = 20;

interface Entry extends Touch {
  types: string[];
}

export interface HttpRunOptions {
  engine: 'memory' | 'sqlite' | PostgresName;
  directory: string;
  seed: number;
  program?: Program;
  env?: Record<string, string>;
  /** Of 1000 operations, how many come with a `kill -9`. Default: none in most histories, or 10. */
  killsPerMille?: number;
}

export class HttpRun {
  served: ServedFiles;
  readonly #options: HttpRunOptions;
  #proxied: HttpClient;
  #folders = 0;

  private constructor(served: ServedFiles, options: HttpRunOptions) {
    this.served = served;
    this.#options = options;
    this.#proxied = new HttpClient(served.proxy.port);
  }

  static async open(options: HttpRunOptions): Promise<HttpRun> {
    const random = new Random(options.seed);
    return new HttpRun(await ServedFiles.open({ ...options, random }), options);
  }

  /** Other files: after a time down nothing is due on these for a minute. */
  async #anew(): Promise<void> {
    await this.close();
    this.#folders += 1;
    const directory = join(this.#options.directory, `again-${this.#folders}`);
    mkdirSync(directory);
    const random = new Random(this.#options.seed + this.#folders);
    const { deaths, pauses, clockBehindMs } = this.served;
    this.served = await ServedFiles.open({ ...this.#options, directory, random });
    this.served.deaths = deaths;
    this.served.pauses = pauses;
    this.served.clockBehindMs = Math.max(clockBehindMs, this.served.clockBehindMs);
    this.#proxied = new HttpClient(this.served.proxy.port);
  }

  /** Undefined: the store was down for so long that its buyers got time, and says nothing. */
  async record(seed: number): Promise<Recorded | undefined> {
    const random = new Random(seed);
    const { served } = this;
    const drawn = { shortHoldsMs: SHORT_HOLDS_MS, operationsMax: OPERATIONS_MAX };
    const plan = drawPlan(random, drawn, `h${seed}-${served.deaths}-`);
    await served.up;
    for (const pool of plan.pools) await this.#surely(`/v1/pools/${pool}`);
    const drawnKills = random.pick([0, 0, 0, 10]);
    const killsPerMille = this.#options.killsPerMille ?? drawnKills;
    const surroundings = {
      client: new HttpShopClient(this.#proxied),
      recorder: new Recorder({ clockMs: Date.now, slackMs: SLACK_MS }),
      random,
      meanwhile: (own: Random) => this.#meanwhile(own, killsPerMille),
      calm: () => this.#calm(),
    };
    const clients = new Clients(plan, surroundings, `h${seed}`);
    // Once on purpose: by chance it may be never.
    const pausing = served.pauses === 0 ? served.pause() : undefined;
    const history = await clients.run(() => {
      served.proxy.faults.on = true;
    });
    await pausing;
    widen(history.operations, served.clockBehindMs - SLACK_MS);
    const entries = await this.#journal();
    if (entries.some(({ types }) => types.includes('store.resumed'))) {
      await this.#anew();
      return undefined;
    }
    const timesMayCross = isPostgres(this.#options.engine);
    return { history: { ...history, timesMayCross }, problems: journalProblems(entries) };
  }

  async #meanwhile(random: Random, killsPerMille: number): Promise<void> {
    await this.served.up;
    if (random.chance(0.3)) await delay(random.whole(1, 6));
    if (random.chance(0.01)) void this.served.pause();
    if (random.chance(killsPerMille / 1_000)) await this.served.kill();
    await this.served.up;
  }

  async #calm(): Promise<void> {
    this.served.proxy.faults.on = false;
    await this.served.answering();
  }

  /** The set-up of a history is no part of it: repeated until it is there. */
  async #surely(path: string): Promise<void> {
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await this.served.answering();
      const reply = await this.#proxied.exchange({ method: 'PUT', path, body: {} }).catch(() => {});
      if (reply !== undefined && reply.status < 300) return;
    }
    throw new Error(`${path} could not be made`);
  }

  async #journal(): Promise<Entry[]> {
    const found: Entry[] = [];
    for (let attempt = 0; attempt < 100; ) {
      await this.served.answering();
      const path = `/v1/journal?after=${found.length}&limit=1000`;
      const reply = await this.#proxied.exchange({ method: 'GET', path }).catch(() => {});
      if (reply?.status !== 200) {
        attempt += 1;
        continue;
      }
      const { entries } = reply.body as { entries: Shown[] };
      if (entries.length === 0) return found;
      for (const { position, pools, events } of entries) {
        const versions = pools.map(({ pool, version }) => [pool, version] as const);
        found.push({ position, versions, types: events.map(({ type }) => type) });
      }
    }
    throw new Error('the journal cannot be read');
  }

  /** What the product's own verification finds in the files. */
  close(): Promise<string | undefined> {
    this.#proxied.close();
    return this.served.close();
  }
}

/** The server's clock may have been further behind than was known when they were recorded. */
function widen(operations: readonly Operation[], byMs: number): void {
  for (const operation of byMs > 0 ? operations : []) operation.fromMs -= byMs;
}

interface Shown {
  position: number;
  pools: { pool: string; version: number }[];
  events: { type: string }[];
}

// One crash run: round after round the server is started on the same files, looked over, shopped at
// and made to die. Stops at the first round that finds something. Prints nothing.

import { randomUUID } from 'node:crypto';
import { AcknowledgedLog } from './acknowledged-log.ts';
import { POOLS, shop } from './buyers.ts';
import { askOf, type Command } from './command.ts';
import { type FilesOptions, FilesUnderTest } from './files-under-test.ts';
import { HttpClient } from './http-client.ts';
import { type Findings, judge, NOTHING_FOUND, type RunTotals } from './judge.ts';
import { Random } from './random.ts';
import { type Death, planDeath, planStart } from './round-plan.ts';
import type { Readiness, ServerProcess } from './server-process.ts';

const READY_MAX_MS = 5_000;
const BUYERS = 24;
const FIRST_DEATHS = 2;
const FIRST_UNITS = 2_000;
/** How long to wait for a named point before the server is killed anyway. */
const POINT_WAIT_MS = 10_000;
/** Every so many rounds the product's own verification looks at the files that a death left. */
const VERIFY_EVERY = 10;

export interface RunOptions extends FilesOptions {
  rounds: number;
  seed: number;
  buyers?: number;
  /** The longest that buyers shop before a kill at a random moment. */
  longestMs?: number;
  /** How soon a server must be ready again. Default 5 s. */
  readyMaxMs?: number;
  onRound?: (round: number, death: Death) => void;
}

export interface RunResult extends RunTotals {
  deaths: Record<string, number>;
  verified: number;
  slowestReadyMs: number;
  slowestReadyProcessorMs: number;
}

export async function runRounds(options: RunOptions): Promise<RunResult> {
  const run = new CrashRun(options);
  await run.open();
  let round = 0;
  while (round < options.rounds && !run.failed) {
    await run.round(round);
    round += 1;
  }
  if (!run.failed) await run.lastLook();
  return run.result(round);
}

type Work = (server: ServerProcess, client: HttpClient) => Promise<void>;

class CrashRun {
  readonly #options: RunOptions;
  readonly #random: Random;
  readonly #files: FilesUnderTest;
  readonly #log = new AcknowledgedLog();
  readonly #found: Findings = NOTHING_FOUND();
  #since = { reservations: 0, keys: 0 };
  #verified = 0;
  #slowest = { tookMs: 0, processorMs: 0 };
  #stderr = '';

  constructor(options: RunOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#files = new FilesUnderTest(options, this.#random);
  }

  get failed(): boolean {
    return this.#found.lost.length + this.#found.wrong.length > 0;
  }

  result(rounds: number): RunResult {
    const { accepted, refused, unknowns } = this.#log;
    return {
      rounds,
      deaths: this.#files.deaths,
      acknowledged: accepted.size,
      refused,
      unknown: unknowns.all,
      resolvedAccepted: unknowns.accepted,
      resolvedRefused: unknowns.refused,
      verified: this.#verified,
      slowestReadyMs: Math.round(this.#slowest.tookMs),
      slowestReadyProcessorMs: this.#slowest.processorMs,
      ...this.#found,
      stderr: this.#stderr,
    };
  }

  /** The first start, not undisturbed: deaths while the files are made, then the pools. */
  async open(): Promise<void> {
    await this.#files.compile();
    for (let death = 0; death < FIRST_DEATHS; death += 1)
      await this.#dieAtStart(planStart(this.#random));
    await this.#with(undefined, async (_, client) => {
      for (const pool of POOLS) {
        await client.send({ method: 'PUT', path: `/v1/pools/${pool}`, body: {} });
        const key = randomUUID();
        const command: Command = { verb: 'receive', key, pool, quantity: FIRST_UNITS };
        this.#log.answered(command, await client.send(askOf(command)));
      }
    });
  }

  async round(round: number): Promise<void> {
    const { longestMs = 600, onRound } = this.#options;
    const death = planDeath(round, this.#random, longestMs);
    onRound?.(round, death);
    if (death.at === 'start') {
      await this.#dieAtStart(death);
    } else {
      await this.#with(death, async (server, client) => {
        await this.#look(client, false);
        if (!this.failed) await this.#shopUntil(death, server, client);
      });
    }
    if (round % VERIFY_EVERY === VERIFY_EVERY - 1) await this.#verify();
  }

  /** After the last death everything is looked at, not a sample. */
  async lastLook(): Promise<void> {
    await this.#with(undefined, (_, client) => this.#look(client, true));
    await this.#verify();
  }

  async #dieAtStart(death: Death & { at: 'start' }): Promise<void> {
    const server = await this.#files.start();
    await Promise.race([pause(death.afterMs), server.exited]);
    await this.#files.end(server, death);
  }

  async #look(client: HttpClient, all: boolean): Promise<void> {
    const log = this.#log;
    const since = this.#since;
    await judge({ client, log, random: this.#random, since, all }, this.#found);
    this.#since = { reservations: log.reservations.size, keys: log.accepted.size };
  }

  async #shopUntil(death: Death, server: ServerProcess, client: HttpClient): Promise<void> {
    const { buyers = BUYERS } = this.#options;
    const stop = new AbortController();
    const parts = { random: this.#random, buyers, stop: stop.signal };
    const shopping = shop({ client, log: this.#log }, parts);
    const waitMs = 'afterMs' in death ? death.afterMs : POINT_WAIT_MS;
    await Promise.race([server.exited, pause(waitMs, stop.signal)]);
    await this.#files.end(server, death);
    stop.abort();
    await shopping;
  }

  /** Starts a server, lets `work` talk to it, ends it. It may die at its named point on the way. */
  async #with(death: Death | undefined, work: Work): Promise<void> {
    const { readyMaxMs = READY_MAX_MS } = this.#options;
    const server = await this.#files.start(death);
    const client = new HttpClient(server.port);
    try {
      const readiness = await server.ready(readyMaxMs);
      if (readiness === undefined) {
        throw new Error(server.running ? `not ready within ${readyMaxMs} ms` : 'it did not start');
      }
      this.#noteReadiness(readiness);
      await work(server, client);
      if (server.running) await server.stop();
      // A server that was killed has no exit code; one that was asked to end has 0.
      if (server.exitCode) throw new Error(`the server ended by itself with ${server.exitCode}`);
    } catch (error) {
      await Promise.race([server.exited, pause(200)]);
      if (death !== undefined && 'count' in death && !server.running) {
        await this.#files.end(server, death);
      } else {
        this.#found.wrong.push(String(error));
        await server.kill();
      }
    } finally {
      client.close();
      if (this.failed) this.#stderr ||= server.stderr;
    }
  }

  #noteReadiness({ tookMs, processorMs }: Readiness): void {
    this.#slowest.tookMs = Math.max(this.#slowest.tookMs, tookMs);
    this.#slowest.processorMs = Math.max(this.#slowest.processorMs, processorMs);
  }

  async #verify(): Promise<void> {
    if (this.failed) return;
    const problem = await this.#files.verify();
    this.#verified += 1;
    if (problem !== undefined) this.#found.wrong.push(`verify: ${problem}`);
  }
}

function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

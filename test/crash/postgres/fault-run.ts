// Rounds of faults against several servers on one PostgreSQL: buyers shop at all of them and a reader
// follows the journal, something goes wrong, the service must come back, and everything must be as it
// was acknowledged. Stops at the first round that finds something. Prints nothing.

import { randomUUID } from 'node:crypto';
import { RunningTime } from '../../support/running-time.ts';
import { AcknowledgedLog } from '../acknowledged-log.ts';
import { POOLS, shop } from '../buyers.ts';
import { askOf, type Command } from '../command.ts';
import { type Findings, judge, NOTHING_FOUND, type RunTotals } from '../judge.ts';
import { Random } from '../random.ts';
import { carryOut, type Fault, hitBy, planFault } from './faults.ts';
import { JournalReader } from './journal-reader.ts';
import { ServedDatabase } from './served-database.ts';
import { Answers, WatchedServer } from './watched-server.ts';
import { lookWithoutDatabase, lookWithoutPart } from './without-database.ts';

const SERVERS = 3;
/** Three databases and three servers are more than two processors can keep busy. */
const SPREAD_SERVERS = 2;
const BUYERS_PER_SERVER = 8;
const FIRST_UNITS = 5_000;
const BEFORE_MAX_MS = 500;
const AFTER_MS = 200;
/** The service must be back so soon. */
const BACK_MAX_MS = 10_000;
/** So many entries before the last are read a second time after each round. */
const READ_AGAIN = 2_000;
/** One that lives in no part. */
const HOME_POOL = POOLS[0]!;
const POLL_MS = 20;

export interface FaultRunOptions {
  /** Home and two parts instead of one database. */
  spread?: boolean;
  rounds: number;
  seed: number;
  onRound?: (round: number, fault: Fault) => void;
}

export interface FaultRunResult extends RunTotals {
  faults: Record<string, number>;
  entries: number;
  /** Answers that the database was away. */
  away: number;
  slowestAnswerMs: number;
  /** From the fault until each server took commands again, by kind; the longest. */
  slowestBackMs: Record<string, number>;
}

export async function runFaults(options: FaultRunOptions): Promise<FaultRunResult> {
  const served = await ServedDatabase.start(
    options.spread ? { servers: SPREAD_SERVERS, databases: 3 } : { servers: SERVERS },
  );
  const run = new FaultRun(served, options);
  try {
    await run.open();
    let round = 0;
    while (round < options.rounds && !run.failed) {
      await run.round(round);
      round += 1;
    }
    if (!run.failed) await run.lastLook();
    return run.result(round);
  } finally {
    run.close();
    await served.remove();
  }
}

class FaultRun {
  readonly #served: ServedDatabase;
  readonly #options: FaultRunOptions;
  readonly #random: Random;
  readonly #answers = new Answers();
  readonly #servers: WatchedServer[];
  readonly #log = new AcknowledgedLog();
  readonly #reader = new JournalReader();
  readonly #found: Findings = NOTHING_FOUND();
  readonly #faults: Record<string, number> = {};
  readonly #slowestBackMs: Record<string, number> = {};
  #since = { reservations: 0, keys: 0 };

  constructor(served: ServedDatabase, options: FaultRunOptions) {
    this.#served = served;
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#servers = served.servers.map(
      (_, index) => new WatchedServer(() => served.servers[index]!.port, this.#answers),
    );
  }

  get failed(): boolean {
    const { lost, wrong } = this.#found;
    wrong.push(...this.#answers.wrong.splice(0), ...this.#reader.wrong.splice(0));
    return lost.length + wrong.length > 0;
  }

  result(rounds: number): FaultRunResult {
    const { accepted, refused, unknowns } = this.#log;
    return {
      rounds,
      faults: this.#faults,
      acknowledged: accepted.size,
      refused,
      unknown: unknowns.all,
      resolvedAccepted: unknowns.accepted,
      resolvedRefused: unknowns.refused,
      entries: this.#reader.position,
      away: this.#answers.away,
      slowestAnswerMs: Math.round(this.#answers.slowestMs),
      slowestBackMs: this.#slowestBackMs,
      ...this.#found,
      stderr: this.failed ? this.#served.servers.map(({ stderr }) => stderr).join('\n') : '',
    };
  }

  close(): void {
    for (const server of this.#servers) server.close();
  }

  async open(): Promise<void> {
    for (const pool of POOLS) {
      await this.#servers[0]!.send({ method: 'PUT', path: `/v1/pools/${pool}`, body: {} });
      await this.#receive(this.#servers[0]!, pool, FIRST_UNITS);
    }
  }

  async round(round: number): Promise<void> {
    const random = this.#random;
    const { servers, databases } = this.#served;
    const fault = planFault(round, { servers: servers.length, databases }, random);
    this.#options.onRound?.(round, fault);
    this.#faults[fault.kind] = (this.#faults[fault.kind] ?? 0) + 1;
    const stop = new AbortController();
    const busy = [
      ...this.#servers.map((server) => this.#shopAt(server, random.branch(), stop.signal)),
      this.#follow(random.branch(), stop.signal),
    ];
    await pause(random.whole(50, BEFORE_MAX_MS));
    try {
      const whileAway = async (awayMs: number, database: number) => {
        const looks = this.#servers.map((server) =>
          database === 0
            ? lookWithoutDatabase(server, random.pick(POOLS))
            : lookWithoutPart(server, HOME_POOL),
        );
        const wrong = await Promise.all([...looks, pause(awayMs)]);
        this.#found.wrong.push(...wrong.flatMap((each) => each ?? []));
      };
      const parts = { random, whileAway };
      await carryOut(fault, this.#served, parts);
      await this.#back(fault);
      if (fault.kind === 'server' || fault.kind === 'point') await this.#startAgain(fault.server);
      await pause(AFTER_MS);
    } catch (error) {
      this.#found.wrong.push(String(error));
    }
    if (fault.kind === 'pause') this.#served.servers[fault.server]!.goOn();
    stop.abort();
    await Promise.all(busy);
    for (const [index, { running }] of this.#served.servers.entries()) {
      if (!running) this.#found.wrong.push(`server ${index} ended by itself`);
    }
    const doubts = this.failed ? [] : await this.#served.doubtsAfter(BACK_MAX_MS);
    this.#found.wrong.push(...doubts);
    if (!this.failed) await this.#look(false);
  }

  async lastLook(): Promise<void> {
    await this.#look(true);
    await this.#reader.compareFrom(this.#servers[0]!, 0);
    this.#reader.compareWith(this.#log);
    const problem = await this.#served.verify();
    if (problem !== undefined) this.#found.wrong.push(`verify: ${problem}`);
  }

  async #look(all: boolean): Promise<void> {
    const log = this.#log;
    const client = this.#random.pick(this.#servers);
    try {
      await judge({ client, log, random: this.#random, since: this.#since, all }, this.#found);
      await this.#reader.readToEnd(this.#random.pick(this.#servers));
      const after = Math.max(0, this.#reader.position - READ_AGAIN);
      await this.#reader.compareFrom(this.#random.pick(this.#servers), after);
    } catch (error) {
      this.#found.wrong.push(`after the round: ${String(error)}`);
    }
    this.#since = { reservations: log.reservations.size, keys: log.accepted.size };
  }

  /** Buyers come again after every lost answer. */
  async #shopAt(server: WatchedServer, random: Random, stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const parts = { random, buyers: BUYERS_PER_SERVER, stop };
      await shop({ client: server, log: this.#log }, parts);
      if (!stop.aborted) await pause(POLL_MS * 5);
    }
  }

  async #follow(random: Random, stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const came = await this.#reader.readOn(random.pick(this.#servers)).catch(() => 0);
      if (came === 0) await pause(POLL_MS);
    }
  }

  async #startAgain(server: number): Promise<void> {
    await this.#served.startServer(server);
    await this.#untilTaken(this.#servers[server]!, performance.now());
  }

  /** Waits until every server takes commands again, but for the one that was hit. */
  async #back(fault: Fault): Promise<void> {
    const [time, startMs] = [new RunningTime(), performance.now()];
    const hit = hitBy(fault);
    const asked = this.#servers.filter((_, index) => index !== hit);
    await Promise.all(asked.map((server) => this.#untilTaken(server, startMs)));
    const tookMs = Math.round(time.stop());
    const slowestMs = Math.max(this.#slowestBackMs[fault.kind] ?? 0, tookMs);
    this.#slowestBackMs[fault.kind] = slowestMs;
    if (tookMs > BACK_MAX_MS) this.#found.wrong.push(`back after ${tookMs} ms: ${fault.kind}`);
  }

  /** A command for every pool: each has its lock. */
  async #untilTaken(server: WatchedServer, startMs: number): Promise<void> {
    for (const pool of POOLS) {
      while (!(await this.#receive(server, pool, 1))) {
        if (performance.now() - startMs > BACK_MAX_MS * 3) throw new Error('it does not come back');
        await pause(POLL_MS);
      }
    }
  }

  async #receive(server: WatchedServer, pool: string, quantity: number): Promise<boolean> {
    const command: Command = { verb: 'receive', key: randomUUID(), pool, quantity };
    try {
      return this.#log.answered(command, await server.send(askOf(command)));
    } catch {
      this.#log.lost(command);
      return false;
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

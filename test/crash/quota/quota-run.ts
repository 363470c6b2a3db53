// Rounds of faults against a centre and two nodes: buyers shop at all three, nodes are killed, cut off
// and held up, the centre is killed. When all leases have ended everything must be back that was not
// sold, and every buyer must have what he was told. Stops at the first round that finds something.

import { Random } from '../random.ts';
import { type Counts, pause, shopAt, type Told } from './branch-buyers.ts';
import { BranchProcesses, LEASE_MS, NODES, POOLS } from './branch-processes.ts';
import { Ledger } from './ledger.ts';

export const FAULTS = [
  'node killed',
  'line cut',
  'line deaf',
  'line held',
  'node asleep',
  'both cut',
  'centre killed',
] as const;
export type FaultKind = (typeof FAULTS)[number];

const UNITS_PER_ROUND = 40;
const BEFORE_MAX_MS = 250;
/** Shorter than a lease, and longer. */
const FAULT_MS: readonly [number, number] = [100, LEASE_MS + 400];
const AFTER_MS = 150;
const BACK_MAX_MS = LEASE_MS + 5_000;
/** A centre that was down for longer gives everybody a minute: on a busy machine it starts slowly. */
const DOWN_SHORT_MS = 3_000;
const GRACE_MS = 60_000;

export interface QuotaRunOptions {
  rounds: number;
  seed: number;
  onRound?: (round: number, fault: FaultKind) => void;
}

export interface QuotaRunResult extends Counts {
  rounds: number;
  faults: Record<string, number>;
  received: number;
  /** From the end of the last node until everything was back; the longest. */
  slowestBackMs: number;
  wrong: string[];
  lost: string[];
  stderr: string;
}

export async function runQuota(options: QuotaRunOptions): Promise<QuotaRunResult> {
  const processes = await BranchProcesses.start();
  const run = new QuotaRun(processes, options);
  try {
    return await run.all();
  } finally {
    await processes.end();
  }
}

class QuotaRun {
  readonly #processes: BranchProcesses;
  readonly #options: QuotaRunOptions;
  readonly #random: Random;
  readonly #told: Told = new Map();
  readonly #counts: Counts = { sold: 0, refused: 0, unknown: 0, away: 0 };
  readonly #faults: Record<string, number> = {};
  readonly #wrong: string[] = [];
  readonly #lost: string[] = [];
  readonly #ledger: Ledger;
  #slowestBackMs = 0;
  /** How long the centre was away in this round. */
  #downMs = 0;

  constructor(processes: BranchProcesses, options: QuotaRunOptions) {
    this.#processes = processes;
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#ledger = new Ledger(() => processes.centre.port);
  }

  async all(): Promise<QuotaRunResult> {
    let round = 0;
    while (round < this.#options.rounds && !this.#failed) {
      try {
        await this.#round(round);
      } catch (error) {
        this.#wrong.push(`round ${round + 1}: ${String(error)}`);
      }
      round += 1;
    }
    const stderr = this.#failed ? this.#words() : '';
    const problem = await this.#processes.verify();
    if (problem !== undefined) this.#wrong.push(`verify: ${problem}`);
    return {
      rounds: round,
      faults: this.#faults,
      ...this.#counts,
      received: this.#ledger.received,
      slowestBackMs: this.#slowestBackMs,
      wrong: this.#wrong,
      lost: this.#lost,
      stderr,
    };
  }

  async #round(round: number): Promise<void> {
    const fault = FAULTS[round % FAULTS.length]!;
    this.#options.onRound?.(round, fault);
    this.#faults[fault] = (this.#faults[fault] ?? 0) + 1;
    const random = this.#random.branch();
    this.#downMs = 0;
    for (const pool of POOLS) await this.#ledger.receive(pool, UNITS_PER_ROUND);
    const nodes = Array.from({ length: NODES }, (_, index) => index);
    await Promise.all(nodes.map((index) => this.#processes.startNode(index)));
    const stop = new AbortController();
    const shops = this.#shop(random, stop.signal);
    await pause(random.whole(20, BEFORE_MAX_MS));
    await this.#strike(fault, random);
    await pause(AFTER_MS);
    stop.abort();
    await shops;
    await this.#endNodes(random);
    const startMs = performance.now();
    const graceMs = this.#downMs > DOWN_SHORT_MS ? GRACE_MS : 0;
    const missing = await this.#ledger.untilBack(BACK_MAX_MS + graceMs);
    this.#wrong.push(...missing);
    const tookMs = Math.round(performance.now() - startMs);
    if (graceMs === 0) this.#slowestBackMs = Math.max(this.#slowestBackMs, tookMs);
    this.#lost.push(...(await this.#ledger.judge(this.#told)));
  }

  #shop(random: Random, stop: AbortSignal): Promise<unknown> {
    const { nodes } = this.#processes;
    const ports = [
      () => this.#processes.centre.port,
      ...Array.from({ length: NODES }, (_, index) => () => nodes[index]?.port),
    ];
    const [told, counts, wrong] = [this.#told, this.#counts, this.#wrong];
    return Promise.all(
      ports.map((port) => shopAt({ port, random: random.branch(), told, counts, wrong, stop })),
    );
  }

  async #strike(fault: FaultKind, random: Random): Promise<void> {
    const index = random.whole(0, NODES - 1);
    const { links, nodes } = this.#processes;
    const forMs = random.whole(...FAULT_MS);
    switch (fault) {
      case 'node killed':
        await this.#processes.killNode(index);
        // Its successor meets the lease that is still out.
        if (random.chance(0.7)) await this.#processes.startNode(index);
        return;
      case 'line cut':
      case 'line deaf':
      case 'line held': {
        const link = links[index]!;
        link.state = fault === 'line cut' ? 'cut' : fault === 'line deaf' ? 'deaf' : 'held';
        await pause(forMs);
        link.state = 'open';
        return;
      }
      case 'both cut':
        for (const link of links) link.state = random.chance(0.5) ? 'cut' : 'held';
        await pause(forMs);
        for (const link of links) link.state = 'open';
        return;
      case 'node asleep':
        nodes[index]!.pause();
        await pause(forMs);
        nodes[index]!.goOn();
        return;
      case 'centre killed':
        await this.#killCentre();
    }
  }

  async #killCentre(): Promise<void> {
    const startMs = performance.now();
    await this.#processes.centre.kill();
    await this.#processes.startCentre();
    this.#downMs = performance.now() - startMs;
  }

  /** One of them dies, the other stops as it should. */
  async #endNodes(random: Random): Promise<void> {
    const dies = random.whole(0, NODES - 1);
    await Promise.all(
      Array.from({ length: NODES }, (_, index) =>
        index === dies ? this.#processes.killNode(index) : this.#processes.stopNode(index),
      ),
    );
  }

  #words(): string {
    const { centre, nodes } = this.#processes;
    return [centre, ...nodes].map((each) => each?.stderr ?? '').join('\n');
  }

  get #failed(): boolean {
    return this.#wrong.length + this.#lost.length > 0;
  }
}

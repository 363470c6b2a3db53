// A node as a whole: its stock, a share per pool, the way of its sales to the centre. Everything that
// takes time is begun by `tick`, which somebody calls often; there are no timers here. What it starts
// with after a restart is sorted out before anything is sold.

import { SYSTEM_TIME, type TimeSource } from '../engines/clock.ts';
import type { Engine } from '../engines/contract.ts';
import { HoldfastError } from '../errors.ts';
import { newId } from '../ids.ts';
import type { LeasedSale } from '../kernel/lease-sales.ts';
import type { Centre, Verdict } from './centre.ts';
import { JournalReport } from './journal-report.ts';
import { reservationsIn } from './left-over.ts';
import { NodeStock } from './node-stock.ts';
import { refuseOtherMode } from './other-mode.ts';
import { SalesReport } from './sales-report.ts';
import { Share } from './share.ts';

export interface NodeOptions {
  /** The node's own store, which nobody else has. Closed with the node's stock. */
  engine: Engine;
  centre: Centre;
  name: string;
  pools: readonly string[];
  /** How many unsold units of each pool it should have. */
  units: number;
  /** How long a lease lasts unless it is renewed. Without it: an offline till. */
  leaseForMs: number | undefined;
  /** How long a buyer waits for the centre. Default 3 s. */
  answerWithinMs?: number;
  time?: TimeSource;
  newId?: () => string;
  sweep?: boolean;
  /** Tells a person what happened. */
  say?: (text: string) => void;
  /** Rests between two looks while it stops. */
  rest?: () => Promise<void>;
}

const ANSWER_WITHIN_MS = 3_000;
/** How long a stop waits for what is under way. */
const STOP_WITHIN_MS = 5_000;

export class SellingNode {
  readonly stock: NodeStock;
  readonly #options: NodeOptions;
  readonly #time: TimeSource;
  readonly #shares: Share[];
  readonly #report: SalesReport;
  #journal: JournalReport | undefined;
  /** Leases from before a restart, to be given back once nothing of theirs is under way. */
  readonly #old: string[] = [];
  #givingBack = false;

  private constructor(options: NodeOptions, stock: NodeStock) {
    this.#options = options;
    this.stock = stock;
    this.#time = options.time ?? SYSTEM_TIME;
    this.#report = new SalesReport({
      centre: options.centre,
      time: this.#time,
      onVerdict: (sale, verdict) => this.#judged(sale, verdict),
    });
    const { centre, name: node, units, leaseForMs, say = () => {} } = options;
    this.#shares = options.pools.map(
      (pool) =>
        new Share({
          settings: { node, pool, units, leaseForMs },
          centre,
          local: stock,
          time: this.#time,
          newId: options.newId ?? newId,
          say,
        }),
    );
  }

  static async open(options: NodeOptions): Promise<SellingNode> {
    const { engine, name, leaseForMs, answerWithinMs = ANSWER_WITHIN_MS, sweep } = options;
    const { time = SYSTEM_TIME } = options;
    await refuseOtherMode(engine, options.pools, leaseForMs === undefined);
    const stock = await NodeStock.openNode(
      engine,
      {
        name,
        offline: leaseForMs === undefined,
        answerWithinMs,
        monotonicMs: () => time.monotonicMs(),
      },
      {
        ...(sweep === undefined ? {} : { sweep }),
        ...(options.newId === undefined ? {} : { newId: options.newId }),
      },
    );
    const node = new SellingNode(options, stock);
    await node.#begin();
    return node;
  }

  tick(): void {
    for (const share of this.#shares) share.tick();
    this.#report.tick();
    this.#journal?.tick();
    this.stock.tick();
    if (this.#old.length > 0 && this.#report.open === 0 && !this.#givingBack) {
      this.#givingBack = true;
      this.#giveBackOld().finally(() => {
        this.#givingBack = false;
      });
    }
  }

  /**
   * Gives back what is not sold. Call it when nobody asks any more; the stock stays open. False: the
   * centre could not be reached, and leases stay out until they end or the till is settled.
   */
  async stop(): Promise<boolean> {
    const { rest = () => new Promise<void>((resolve) => setTimeout(resolve, 20)) } = this.#options;
    const untilMs = this.#time.monotonicMs() + STOP_WITHIN_MS;
    const isTold = () =>
      this.#report.open + this.stock.confirmsOpen === 0 && this.#journal?.isDone !== false;
    while (!isTold() && this.#time.monotonicMs() < untilMs) {
      this.tick();
      await rest();
    }
    if (!isTold() && this.#journal !== undefined) return false;
    await this.stock.cancelHeld();
    const back = await Promise.all(this.#shares.map((share) => share.stop()));
    return back.every((done) => done);
  }

  /**
   * Stops a till that was opened for that alone. Nothing was asked for meanwhile, so its pools do not
   * count as out any more, whatever became of their leases.
   */
  async settle(): Promise<boolean> {
    if (!(await this.stop())) return false;
    for (const { pool } of this.#shares) await this.stock.remember(pool, undefined);
    return true;
  }

  get name(): string {
    return this.#options.name;
  }

  get isOffline(): boolean {
    return this.#options.leaseForMs === undefined;
  }

  async #begin(): Promise<void> {
    const { engine, leaseForMs, say = () => {} } = this.#options;
    this.stock.reportTo((sale) => this.#report.add(sale));
    for (const document of await reservationsIn(engine, 'HELD')) this.stock.track(document);
    for (const share of this.#shares) {
      await this.stock.attach(share);
      const kept = await this.stock.remembered(share.pool);
      if (leaseForMs === undefined) {
        if (kept !== undefined) share.resume(kept);
        continue;
      }
      // Online a lease is not continued: who knows for how long this node was away.
      if (kept !== undefined && 'lease' in kept) this.#old.push(kept.lease);
      await this.stock.forget(share);
      await this.stock.remember(share.pool, undefined);
    }
    if (leaseForMs === undefined) {
      const add = (sale: LeasedSale) => this.#report.add(sale);
      this.#journal = await JournalReport.start({ engine, add, say });
      return;
    }
    for (const { id } of await reservationsIn(engine, 'CONFIRMING')) await this.stock.takeUp(id);
  }

  async #judged(sale: LeasedSale, verdict: Verdict): Promise<void> {
    await (this.#journal ?? this.stock).judged(sale, verdict);
  }

  async #giveBackOld(): Promise<void> {
    const [lease] = this.#old;
    try {
      await this.#options.centre.settle({ lease: lease! }, `old-${lease}`);
      this.#old.shift();
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
    }
  }
}

// Brings what was sold to the centre, in order, one request per lease at a time, the same sale again and
// again until there is a verdict on it. Keeps nothing over a restart; who sells does.

import type { TimeSource } from '../engines/clock.ts';
import { HoldfastError } from '../errors.ts';
import type { LeasedSale } from '../kernel/lease-sales.ts';
import type { RefusalCode } from '../kernel/refusals.ts';
import type { Centre, Told, Verdict } from './centre.ts';

const SALES_PER_REQUEST_MAX = 100;
/** A request takes 1 MiB. */
const LINES_PER_REQUEST_MAX = 2_000;
const AGAIN_FIRST_MS = 50;
const AGAIN_MOST_MS = 1_000;

/** Refusals of one sale that say nothing about it. */
const PASSING: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  'unavailable',
  'overloaded',
  'contended',
  'disk-full',
]);

interface Lane {
  lease: string;
  waiting: LeasedSale[];
  sending: boolean;
  againAtMs: number;
  againAfterMs: number;
}

export interface SalesReportParts {
  centre: Centre;
  time: TimeSource;
  /** Called once per sale. */
  onVerdict: (sale: LeasedSale, verdict: Verdict) => Promise<void>;
}

export class SalesReport {
  readonly #parts: SalesReportParts;
  readonly #lanes = new Map<string, Lane>();

  constructor(parts: SalesReportParts) {
    this.#parts = parts;
  }

  /** Sales that have no verdict yet. */
  get open(): number {
    let open = 0;
    for (const { waiting } of this.#lanes.values()) open += waiting.length;
    return open;
  }

  add(sale: LeasedSale): void {
    const { lease } = sale.lines[0]!;
    let lane = this.#lanes.get(lease);
    if (lane === undefined) {
      const idle = { waiting: [], sending: false, againAtMs: Number.NEGATIVE_INFINITY };
      lane = { lease, ...idle, againAfterMs: AGAIN_FIRST_MS };
      this.#lanes.set(lease, lane);
    }
    lane.waiting.push(sale);
    this.#send(lane);
  }

  tick(): void {
    for (const lane of this.#lanes.values()) this.#send(lane);
  }

  #send(lane: Lane): void {
    const { time } = this.#parts;
    if (lane.sending || lane.waiting.length === 0 || time.monotonicMs() < lane.againAtMs) return;
    lane.sending = true;
    const sales = firstOf(lane.waiting);
    this.#parts.centre
      .record({ lease: lane.lease, sales })
      .then((answer) => this.#judge(lane, sales, answer))
      .catch((error: unknown) => {
        if (!(error instanceof HoldfastError)) throw error;
        this.#again(lane);
      })
      .finally(() => {
        lane.sending = false;
        if (lane.waiting.length === 0) this.#lanes.delete(lane.lease);
        else this.#send(lane);
      });
  }

  async #judge(lane: Lane, sales: readonly LeasedSale[], answer: Told<Verdict[]>): Promise<void> {
    const kept: LeasedSale[] = [];
    const verdicts: Promise<void>[] = [];
    for (const [index, sale] of sales.entries()) {
      const verdict = answer.ok ? answer.value[index]! : answer;
      if (!verdict.ok && PASSING.has(verdict.code)) kept.push(sale);
      else verdicts.push(this.#parts.onVerdict(sale, verdict));
    }
    lane.waiting.splice(0, sales.length, ...kept);
    if (kept.length > 0) this.#again(lane);
    else lane.againAfterMs = AGAIN_FIRST_MS;
    await Promise.all(verdicts);
  }

  #again(lane: Lane): void {
    lane.againAtMs = this.#parts.time.monotonicMs() + lane.againAfterMs;
    lane.againAfterMs = Math.min(2 * lane.againAfterMs, AGAIN_MOST_MS);
  }
}

/** As many of them as one request takes, at least one. */
function firstOf(waiting: readonly LeasedSale[]): LeasedSale[] {
  let lines = 0;
  const end = waiting.findIndex((sale, index) => {
    lines += sale.lines.length;
    return index > 0 && (index >= SALES_PER_REQUEST_MAX || lines > LINES_PER_REQUEST_MAX);
  });
  return waiting.slice(0, end < 0 ? waiting.length : end);
}

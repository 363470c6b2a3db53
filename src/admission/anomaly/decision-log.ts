// Writes into the journal what was decided about whom, and why: that they were asked for a challenge, denied, or let
// through again. Once for each change, and so many in a second: an attack may not flood the journal, and what finds no
// room is counted in what is told next. Decides nothing.

import { type Plan, planned } from '../../kernel/plan.ts';
import { saleId } from '../../kernel/sale.ts';
import type { StockParts } from '../../stock/parts.ts';
import type { Reason, SubjectKind } from './score.ts';

export type Decision = 'challenged' | 'denied' | 'passed';

export interface Decided {
  sale: string;
  kind: SubjectKind;
  /** What tells it from others here. */
  name: string;
  /** What the journal may call it: an address by its key. Asked for only where it is told. */
  value: () => string;
  decision: Decision;
  score: number;
  reasons: readonly Reason[];
}

export const TOLD_PER_SECOND = 20;
const WAITING_MAX = 1_000;
const KNOWN_MAX = 20_000;
const EVERY_MS = 1_000;
/** What lasts is told again. */
const AGAIN_MS = 600_000;

export class DecisionLog {
  readonly #parts: StockParts;
  readonly #onError: (error: unknown) => void;
  /** What was decided last about each. */
  #known = new Map<string, { decision: Decision; atMs: number }>();
  readonly #waiting = new Map<string, Decided>();
  #leftOut = 0;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(parts: StockParts, onError: (error: unknown) => void = () => {}) {
    this.#parts = parts;
    this.#onError = onError;
  }

  /** Whether anybody was stopped lately, so that letting them through is worth telling. */
  get hasStopped(): boolean {
    return this.#known.size > 0;
  }

  decided(decided: Decided): void {
    if (this.#isClosed) return;
    const name = `${decided.sale} ${decided.kind} ${decided.name}`;
    const before = this.#known.get(name);
    const atMs = this.#parts.engine.clock().nowMs;
    if (before?.decision === decided.decision && atMs - before.atMs < AGAIN_MS) return;
    // Who was never stopped is not let through again.
    if (before === undefined && decided.decision === 'passed') return;
    if (this.#known.size >= KNOWN_MAX) this.#known = new Map();
    this.#known.set(name, { decision: decided.decision, atMs });
    if (this.#waiting.size >= WAITING_MAX && !this.#waiting.has(name)) {
      this.#leftOut += 1;
      return;
    }
    this.#waiting.set(name, decided);
    this.#timer ??= setTimeout(() => this.#later(), EVERY_MS).unref();
  }

  /** Tells all that waits, and takes no more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    while (this.#waiting.size > 0) await this.#tell();
  }

  #later(): void {
    this.#tell()
      .catch(this.#onError)
      .finally(() => {
        const isMore = this.#waiting.size > 0 && !this.#isClosed;
        this.#timer = isMore ? setTimeout(() => this.#later(), EVERY_MS).unref() : undefined;
      });
  }

  async #tell(): Promise<void> {
    const told: Decided[] = [];
    for (const [name, decided] of this.#waiting) {
      if (told.length === TOLD_PER_SECOND) break;
      told.push(decided);
      this.#waiting.delete(name);
    }
    if (told.length === 0) return;
    const more = this.#leftOut;
    this.#leftOut = 0;
    const events = eventsOf(told, more);
    const plan = (): Plan => planned({ guards: [], events });
    await this.#parts.run('background', {}, ['tell-decisions', { events }], {
      plan,
      value: () => undefined,
    });
  }
}

function eventsOf(told: readonly Decided[], more: number) {
  return told.map(({ sale, reasons, name: _, value, ...rest }, index) => ({
    type: 'anomaly.decided',
    subject: saleId(sale),
    data: {
      ...rest,
      value: value(),
      reasons: reasons.map((reason) => ({ ...reason })),
      ...(index === 0 && more > 0 ? { more } : {}),
    },
  }));
}

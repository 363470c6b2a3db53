// How far what this server has decided is ahead of its record, and how much it must slow down for that. Knows
// neither Redis nor the record.

/** Ahead by so much, buyers come first: a rush is decided at once and recorded after it. */
const UNHURRIED_MS = 4_000;
/** Of rest before the next batch, one for so many more; whoever waits for the record waits 8 s at most. */
const LAG_PER_REST_MS = 20;
/** Where nothing is recorded at all, the lease says when to stop. */
const REST_MAX_MS = 250;
/** What was decided within this time counts as one. */
const GRAIN_MS = 50;

interface Decided {
  number: number;
  atMs: number;
}

export class RecordLag {
  readonly #nowMs: () => number;
  /** When batches were decided that are not recorded yet: the first of each grain. */
  #decided: Decided[] = [];
  #recorded = 0;

  /** By a clock that only goes forward. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  decided(number: number): void {
    const atMs = this.#nowMs();
    const last = this.#decided.at(-1);
    if (number <= (last?.number ?? this.#recorded)) return;
    if (last === undefined || atMs - last.atMs >= GRAIN_MS) this.#decided.push({ number, atMs });
  }

  /** All up to that batch. */
  recorded(number: number): void {
    this.#recorded = number;
    const behind = this.#decided.findIndex((each) => each.number > number);
    this.#decided.splice(0, behind < 0 ? this.#decided.length : behind);
  }

  /** Since when something is decided and not recorded. */
  get ms(): number {
    const first = this.#decided[0];
    return first === undefined ? 0 : this.#nowMs() - first.atMs;
  }

  get restMs(): number {
    return Math.min(REST_MAX_MS, Math.max(0, this.ms - UNHURRIED_MS) / LAG_PER_REST_MS);
  }
}

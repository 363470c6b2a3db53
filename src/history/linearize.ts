// Looks for one order of all operations that a sequential model allows and that keeps the order of
// those that did not overlap. The search of Wing & Gong (1993) with the memory of Lowe (2017): a set
// of operations that led to a state once is not tried again. Knows nothing of stock.

export interface Timed {
  invoked: number;
  /** Missing: it may take effect at any time after it was invoked, or never. */
  completed?: number;
}

export interface Model<State, Op extends Timed> {
  initial: State;
  /**
   * The states that may follow when it takes effect now and was answered as it was. None: it cannot.
   * Of an operation without an answer only those in which it had an effect.
   */
  step(state: State, operation: Op): readonly State[];
  /** False: whatever comes next, it is too late for this operation in that state. */
  isInTime(state: State, operation: Op): boolean;
  /** Equal for states that behave alike from here on. */
  keyOf(state: State): string;
  /** Among those that may come next the lowest is tried first. */
  rankOf(operation: Op): number;
}

export interface Search<Op, State> {
  /** `undecided`: the steps were used up before all orders were tried. */
  verdict: 'linearizable' | 'violation' | 'undecided';
  /** The order that was found, or the longest one that went well. */
  order: Op[];
  /** The state after it. */
  state: State;
  steps: number;
}

export const STEPS_MAX = 400_000;

export function linearize<State, Op extends Timed>(
  operations: readonly Op[],
  model: Model<State, Op>,
  stepsMax = STEPS_MAX,
): Search<Op, State> {
  return new Linearizer(operations, model, stepsMax).run();
}

class Linearizer<State, Op extends Timed> {
  readonly #operations: readonly Op[];
  readonly #model: Model<State, Op>;
  readonly #stepsMax: number;
  readonly #seen = new Set<number>();
  /** Bit i: operation i has taken effect. */
  readonly #done: Uint32Array;
  readonly #path: number[] = [];
  #best: { path: number[]; state: State };
  #open: number;
  #steps = 0;

  constructor(operations: readonly Op[], model: Model<State, Op>, stepsMax: number) {
    this.#operations = [...operations].sort((a, b) => a.invoked - b.invoked);
    this.#model = model;
    this.#stepsMax = stepsMax;
    this.#done = new Uint32Array(Math.ceil(operations.length / 32));
    this.#open = operations.filter(({ completed }) => completed !== undefined).length;
    this.#best = { path: [], state: model.initial };
  }

  run(): Search<Op, State> {
    const found = this.#search(this.#model.initial);
    const undecided = !found && this.#steps >= this.#stepsMax;
    return {
      verdict: found ? 'linearizable' : undecided ? 'undecided' : 'violation',
      order: this.#best.path.map((index) => this.#operations[index]!),
      state: this.#best.state,
      steps: this.#steps,
    };
  }

  /** Whether the rest can follow a state. */
  #search(state: State): boolean {
    if (this.#path.length >= this.#best.path.length) {
      this.#best = { path: [...this.#path], state };
    }
    if (this.#open === 0) return true;
    const candidates = this.#candidates();
    if (!candidates.every((index) => this.#isInTime(state, index))) return false;
    for (const index of candidates) {
      const operation = this.#operations[index]!;
      if (this.#steps >= this.#stepsMax) return false;
      this.#steps += 1;
      const states = this.#model.step(state, operation);
      if (states.length === 0) continue;
      this.#flip(index);
      this.#path.push(index);
      if (operation.completed !== undefined) this.#open -= 1;
      for (const next of states) {
        if (this.#isNew(next) && this.#search(next)) return true;
      }
      if (operation.completed !== undefined) this.#open += 1;
      this.#path.pop();
      this.#flip(index);
    }
    return false;
  }

  /** Those that were invoked before the first of the others was answered. */
  #candidates(): number[] {
    let fence = Number.POSITIVE_INFINITY;
    const waiting: number[] = [];
    for (const [index, { invoked, completed }] of this.#operations.entries()) {
      if (invoked > fence) break;
      if (this.#isDone(index)) continue;
      waiting.push(index);
      if (completed !== undefined && completed < fence) fence = completed;
    }
    return waiting
      .filter((index) => this.#operations[index]!.invoked < fence)
      .sort((a, b) => this.#rank(a) - this.#rank(b));
  }

  #isInTime(state: State, index: number): boolean {
    const operation = this.#operations[index]!;
    return operation.completed === undefined || this.#model.isInTime(state, operation);
  }

  #rank(index: number): number {
    return this.#model.rankOf(this.#operations[index]!);
  }

  #isDone(index: number): boolean {
    return ((this.#done[index >>> 5]! >>> (index & 31)) & 1) === 1;
  }

  #flip(index: number): void {
    this.#done[index >>> 5]! ^= 1 << (index & 31);
  }

  /** Remembers what was reached; 53 bits of it, or a long search would not fit into memory. */
  #isNew(state: State): boolean {
    const hash = hash53(`${this.#done.join()} ${this.#model.keyOf(state)}`);
    if (this.#seen.has(hash)) return false;
    this.#seen.add(hash);
    return true;
  }
}

/** Two multiplicative hashes of 32 bits, mixed (MurmurHash3's finaliser). */
function hash53(text: string): number {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0);
}

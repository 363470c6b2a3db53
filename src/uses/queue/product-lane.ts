// The orders of one product that wait for their turn, decided one after the other. The next is looked at
// only when the one before is decided, by whomever.

import { isFinalRefusal } from '../../kernel/queued-order.ts';
import type { Answer } from '../../stock.ts';

export interface Queued {
  order: string;
  /** Its place: that of its entry in the journal, or in its line. */
  position: number;
  /** When it came, by the engine's clock. */
  atMs: number;
}

export interface LaneParts {
  decide: (order: string) => Promise<Answer<unknown> | undefined>;
  /** Told after each. */
  onDecided: () => void;
  onEmpty: () => void;
}

/** After a store that did not answer, or had too much to do. */
const REST_MS = 250;

export class ProductLane {
  readonly #parts: LaneParts;
  /** Taken from the front; what was taken is cut off now and then. */
  #orders: Queued[] = [];
  #next = 0;
  #running: Promise<void> | undefined;
  #stopped = false;
  #goOn: () => void = () => {};

  constructor(parts: LaneParts) {
    this.#parts = parts;
  }

  add(queued: Queued): void {
    this.#orders.push(queued);
    this.#start();
  }

  get first(): Queued | undefined {
    return this.#orders[this.#next];
  }

  get waiting(): number {
    return this.#orders.length - this.#next;
  }

  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#goOn();
    await this.#running;
  }

  #start(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      // What came in after the last look.
      if (this.first === undefined) this.#parts.onEmpty();
      else if (!this.#stopped) this.#start();
    });
  }

  async #run(): Promise<void> {
    for (let head = this.first; head !== undefined && !this.#stopped; head = this.first) {
      if (await this.#isDecided(head)) {
        this.#drop();
        this.#parts.onDecided();
      } else await this.#rest();
    }
  }

  async #isDecided({ order }: Queued): Promise<boolean> {
    try {
      const answer = await this.#parts.decide(order);
      return answer === undefined || answer.ok || isFinalRefusal(answer);
    } catch {
      return false;
    }
  }

  #drop(): void {
    this.#next += 1;
    if (this.#next < 1_000 || 2 * this.#next < this.#orders.length) return;
    this.#orders = this.#orders.slice(this.#next);
    this.#next = 0;
  }

  #rest(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, REST_MS);
      this.#goOn = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

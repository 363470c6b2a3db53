// The gate of a sale: lets in only about as many attempts at once as its stock can serve, in the order of their
// arrival or by lot, and turns the rest away before anything is looked at for them. Asks how many units are left, and
// reopens when some come back. While nothing is left one at a time is let in, so that no unit lies idle behind it.

import { randomInt } from 'node:crypto';

export interface GateRule {
  /** So many attempts in hand for each unit that is left. */
  multiple: number;
  by: 'arrival' | 'lot';
  /** How long attempts are gathered before lots are drawn. Default 100. */
  drawEveryMs?: number;
}

export interface GateOptions {
  /** Units that the sale has left now, or had a moment ago. */
  units: () => Promise<number>;
  /** Only counts how long ago something was. */
  nowMs?: () => number;
}

export const DRAW_EVERY_MS = 100;
/** How old the number of units may be: a tenth of the second in which a free unit must be on offer (I7). */
const FRESH_MS = 50;
/** Further ones are turned away at once. */
const GATHERED_MAX = 100_000;

export class Gate {
  readonly #options: Required<GateOptions>;
  #units: number | undefined;
  #readAtMs = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;
  #inHand = 0;
  #gathered: ((isIn: boolean) => void)[] = [];

  constructor(options: GateOptions) {
    this.#options = { nowMs: () => performance.now(), ...options };
  }

  /** Attempts that were let in and have not left. */
  get inHand(): number {
    return this.#inHand;
  }

  /** Whether one more is let in; whoever is has to leave. */
  enter(rule: GateRule): boolean | Promise<boolean> {
    if (rule.by === 'lot') return this.#gather(rule);
    const reading = this.#look();
    if (this.#units !== undefined) return this.#letIn(rule);
    return reading.then(() => this.#letIn(rule));
  }

  leave(): void {
    this.#inHand -= 1;
  }

  #letIn(rule: GateRule): boolean {
    const isIn = this.#room(rule) > 0;
    if (isIn) this.#inHand += 1;
    return isIn;
  }

  #room({ multiple }: GateRule): number {
    return Math.max(1, Math.ceil(multiple * (this.#units ?? 0))) - this.#inHand;
  }

  #gather(rule: GateRule): boolean | Promise<boolean> {
    if (this.#gathered.length >= GATHERED_MAX) return false;
    if (this.#gathered.length === 0) {
      setTimeout(() => void this.#draw(rule), rule.drawEveryMs ?? DRAW_EVERY_MS);
    }
    return new Promise((resolve) => this.#gathered.push(resolve));
  }

  /** Each of those who came has the same chance (Fisher and Yates's shuffle, as far as there is room). */
  async #draw(rule: GateRule): Promise<void> {
    await this.#look();
    const gathered = this.#gathered;
    this.#gathered = [];
    const room = Math.min(Math.max(0, this.#room(rule)), gathered.length);
    for (let drawn = 0; drawn < room; drawn += 1) {
      const other = randomInt(drawn, gathered.length);
      [gathered[drawn], gathered[other]] = [gathered[other]!, gathered[drawn]!];
    }
    this.#inHand += room;
    for (const [index, told] of gathered.entries()) told(index < room);
  }

  /** Never fails: who cannot be told what is left goes by what was, and the store itself refuses. */
  #look(): Promise<void> {
    const isFresh = this.#options.nowMs() - this.#readAtMs < FRESH_MS;
    if (isFresh && this.#reading === undefined) return READ;
    this.#reading ??= this.#read();
    return this.#reading;
  }

  async #read(): Promise<void> {
    try {
      this.#units = await this.#options.units();
    } catch {
      this.#units ??= 0;
    } finally {
      this.#readAtMs = this.#options.nowMs();
      this.#reading = undefined;
    }
  }
}

const READ = Promise.resolve();

// One stream while it is this server's: what of it was handed out, and up to where all is decided. Asks Redis
// nothing.

import type { LineTaker, OpenLine, PlacedTurn } from '../uses/queue/order-queue.ts';
import type { StreamTurn } from './stream-turn.ts';

/** No more is read while so many wait. */
const WAITING_MAX = 2_000;

interface Handed {
  id: string;
  place: number;
}

export class StreamLine {
  readonly #taker: LineTaker;
  /** Up to there all was decided when it was noted. */
  #noted: string;
  #read: string;
  #places = 0;
  /** Handed out, and not noted as decided. */
  #handed: Handed[] = [];
  /** Another server has noted more. */
  isLost = false;

  constructor(decided: string, { open, onDecided }: { open: OpenLine; onDecided: () => void }) {
    this.#noted = decided;
    this.#read = decided;
    this.#taker = open(onDecided);
  }

  /** What is read next stands behind it. */
  get read(): string {
    return this.#read;
  }

  get waiting(): number {
    return this.#taker.waiting;
  }

  get wantsMore(): boolean {
    return this.waiting < WAITING_MAX;
  }

  add(turns: readonly StreamTurn[]): void {
    const placed: PlacedTurn[] = [];
    for (const { id, turn } of turns) {
      this.#places += 1;
      this.#handed.push({ id, place: this.#places });
      this.#read = id;
      if (turn !== undefined) placed.push({ ...turn, place: this.#places });
    }
    this.#taker.add(placed);
  }

  /** From where on more is decided than was noted, up to where, and how many. */
  step(): { from: string; to: string; count: number } | undefined {
    const first = this.#taker.first ?? Infinity;
    const open = this.#handed.findIndex(({ place }) => place >= first);
    const count = open < 0 ? this.#handed.length : open;
    if (count === 0) return undefined;
    return { from: this.#noted, to: this.#handed[count - 1]!.id, count };
  }

  noted({ to, count }: { to: string; count: number }): void {
    this.#noted = to;
    this.#handed = this.#handed.slice(count);
  }

  stop(): Promise<void> {
    return this.#taker.stop();
  }
}

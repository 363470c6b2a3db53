// The streams that are this server's: takes them up where all before is decided, reads them, and notes up to
// where all is decided.

import type { Send } from '../engines/redis/connection.ts';
import type { OpenLine } from '../uses/queue/order-queue.ts';
import type { QueueKeys } from './queue-keys.ts';
import { note } from './scripts.ts';
import { StreamLine } from './stream-line.ts';
import { readTurns } from './stream-turn.ts';

/** Of one stream at once. */
const READ_MAX = 500;
const BEGINNING = '0-0';

export interface LinesParts {
  keys: QueueKeys;
  keepMs: number;
  open: OpenLine;
  onDecided: () => void;
  /** Told around every noting. */
  onNoting?: (() => void) | undefined;
  onNoted?: (() => void) | undefined;
}

export class StreamLines {
  readonly #parts: LinesParts;
  readonly #lines = new Map<number, StreamLine>();

  constructor(parts: LinesParts) {
    this.#parts = parts;
  }

  get count(): number {
    return this.#lines.size;
  }

  get waiting(): number {
    return [...this.#lines.values()].reduce((sum, line) => sum + line.waiting, 0);
  }

  /** Whether more is wanted of any. */
  get wantsMore(): boolean {
    return [...this.#lines.values()].some(({ wantsMore }) => wantsMore);
  }

  /** From now on these are this server's. */
  async have(mine: readonly number[], send: Send): Promise<void> {
    for (const [index, line] of this.#lines) {
      if (mine.includes(index) && !line.isLost) continue;
      await line.stop();
      this.#lines.delete(index);
    }
    const { keys, open, onDecided } = this.#parts;
    for (const index of mine) {
      if (this.#lines.has(index)) continue;
      const decided = await send('HGET', keys.decided(index), 'id');
      const from = decided === null ? BEGINNING : String(decided);
      this.#lines.set(index, new StreamLine(from, { open, onDecided }));
    }
  }

  /** Hands out what is new; where nothing is, it is waited for. */
  async read(send: Send, waitMs: number): Promise<void> {
    const { keys } = this.#parts;
    const asked = [...this.#lines].filter(([, line]) => line.wantsMore);
    const from = new Map(asked.map(([index, line]) => [keys.stream(index), line.read]));
    const found = await readTurns(send, { from, count: READ_MAX, waitMs });
    for (const [index, line] of asked) {
      const turns = found.get(keys.stream(index));
      if (turns !== undefined && this.#lines.get(index) === line) line.add(turns);
    }
  }

  async note(send: Send): Promise<void> {
    const { keys, keepMs, onNoting, onNoted } = this.#parts;
    for (const [index, line] of this.#lines) {
      const step = line.isLost ? undefined : line.step();
      if (step === undefined) continue;
      onNoting?.();
      const isOurs = await note(send, keys, { line: index, keepMs, ...step });
      onNoted?.();
      if (isOurs) line.noted(step);
      else line.isLost = true;
    }
  }

  /** Turns of these that are not decided, in Redis's own count. */
  async undecided(send: Send): Promise<number> {
    const { keys } = this.#parts;
    const counts = [...this.#lines.keys()].map(async (index) => {
      const length = Number(await send('EXISTS', keys.stream(index)));
      if (length === 0) return 0;
      const facts = (await send('XINFO', 'STREAM', keys.stream(index))) as (Buffer | number)[];
      const at = facts.findIndex((fact) => String(fact) === 'entries-added');
      const decided = await send('HGET', keys.decided(index), 'count');
      return Number(facts[at + 1]) - Number(decided ?? 0);
    });
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  }

  /** Ends what is under way. */
  async stop(): Promise<void> {
    await Promise.all([...this.#lines.values()].map((line) => line.stop()));
  }
}

// The end of the journal as this server knows it: has what is committed sequenced, reads what came since,
// its own and that of others, and tells those who follow, in order and nothing twice.

import { setTimeout } from 'node:timers/promises';
import type { Entry } from '../contract.ts';
import { Followers } from '../followers.ts';
import { OwnBatches } from './own-batches.ts';
import type { Reads } from './reads.ts';
import type { Sequencer } from './sequencer.ts';

const ENTRIES_AT_ONCE = 1_000;
/**
 * From one look to the next: each writes positions and waits for the disk, as commits do. With 10 ms
 * batches of 64 took a fifth more of the processors, here and in the database. Whoever reads entries
 * has them sequenced at once, and the live feed tells changes every 100 ms.
 */
const LOOK_EVERY_MS = 50;

export class JournalTail {
  /** The position of the last entry that is known here. */
  position: number;
  /** The earliest deadline, as last read. */
  nextDeadlineMs: number | undefined;
  /** Documents that are not final, counted on from what was there. */
  live = 0;
  readonly #sequencer: Sequencer;
  readonly #reads: Reads;
  readonly #own = new OwnBatches();
  readonly #followers = new Followers();
  #advancing: Promise<void> | undefined;
  #again = false;

  constructor(parts: { sequencer: Sequencer; reads: Reads; position: number }) {
    this.#sequencer = parts.sequencer;
    this.#reads = parts.reads;
    this.position = parts.position;
    this.#followers.told = parts.position;
  }

  follow(listener: (entries: readonly Entry[]) => void): () => void {
    return this.#followers.add(listener);
  }

  async entries(options: { after: number; limit: number }): Promise<Entry[]> {
    await this.#sequencer.run();
    return this.#reads.entries(options);
  }

  /** Committed by this server: needs not be read. */
  remember(batch: number, entries: readonly Entry[]): void {
    this.#own.keep(batch, entries);
  }

  /** Something falls due that nobody here has read of. */
  noteDeadline(deadlineMs: number): void {
    this.nextDeadlineMs = Math.min(this.nextDeadlineMs ?? deadlineMs, deadlineMs);
  }

  /** Looks what is new; one look at a time, and once more if somebody asks meanwhile. */
  advance(): Promise<void> {
    if (this.#advancing !== undefined) {
      this.#again = true;
      return this.#advancing;
    }
    this.#advancing = this.#advanceAll().finally(() => {
      this.#advancing = undefined;
    });
    return this.#advancing;
  }

  async close(): Promise<void> {
    await this.#advancing?.catch(() => {});
    this.#followers.clear();
  }

  async #advanceAll(): Promise<void> {
    do {
      this.#again = false;
      // These are told in this round at the latest: another server may have sequenced them before.
      const own = this.#own.kept();
      const last = await this.#sequencer.run();
      while (this.#followers.told < last) {
        const after = this.#followers.told;
        const slice = { after, limit: ENTRIES_AT_ONCE };
        const entries = await this.#reads.entries(slice, this.#own.kept());
        if (entries.length === 0) break;
        this.position = entries.at(-1)!.position;
        for (const entry of entries) this.live += livesBegunBy(entry);
        this.#followers.tell(entries);
      }
      for (const batch of own.keys()) this.#own.drop(batch);
      this.nextDeadlineMs = await this.#reads.nextDeadlineMs();
      this.position = Math.max(this.position, last);
      if (this.#again) await setTimeout(LOOK_EVERY_MS);
    } while (this.#again);
  }
}

/** How many documents an entry brought into being, less those that it ended. */
function livesBegunBy({ documents }: Entry): number {
  let lives = 0;
  for (const { version, final = false } of documents) {
    if (version === 1 && !final) lives += 1;
    else if (version > 1 && final) lives -= 1;
  }
  return lives;
}

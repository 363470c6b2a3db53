// The end of the journal as this server knows it: has what is committed sequenced, reads what came since,
// its own and of others what is needed, and tells those who follow, in order and nothing twice.

import { setTimeout } from 'node:timers/promises';
import type { Entry } from '../contract.ts';
import { type Follower, type FollowerNeeds, Followers } from '../followers.ts';
import { OwnBatches } from './own-batches.ts';
import type { Reads, ToldBatch } from './reads.ts';
import type { Sequencer } from './sequencer.ts';
import type { Shares } from './shares.ts';

const ENTRIES_AT_ONCE = 1_000;
/**
 * From one look to the next: each writes positions and waits for the disk, as commits do. With 10 ms
 * batches of 64 took a fifth more of the processors, here and in the database. Whoever reads entries
 * has them sequenced at once, and the live feed tells changes every 100 ms. Several servers take turns:
 * with 50 ms for each of four they made 15,500 reservations/s together, with four times that 17,500.
 */
const LOOK_EVERY_MS = 50;
const LOOK_EVERY_MAX_MS = 250;
/**
 * While fewer entries a second come. An event is heard of by so much sooner: from a cancel to the next buyer's
 * order or offer, heard of on another server, took 137 to 2,700 ms at the 99th of 100, and takes 53 to 82; a
 * queue of one product decides a third less at most (fsync of 3 ms, two servers on two cores).
 */
const LOOK_SOON_MS = 20;
const SOON_ENTRIES_PER_SECOND = 2_000;

interface TailParts {
  sequencer: Sequencer;
  reads: Reads;
  /** Which servers share the store. */
  shares: Shares;
}

export class JournalTail {
  /** The position of the last entry that is known here. */
  position: number;
  /** The earliest deadline, as last read. */
  nextDeadlineMs: number | undefined;
  /** Documents that are not final, counted on from what was there. */
  live = 0;
  readonly #sequencer: Sequencer;
  readonly #reads: Reads;
  readonly #shares: Shares;
  readonly #own = new OwnBatches();
  readonly #followers = new Followers();
  #looking: Promise<void> | undefined;
  #advancing: Promise<void> | undefined;
  #closed = false;
  #again = false;
  /** Of the last look: when it began, and how many entries a second came before it. */
  #lookedAtMs = performance.now();
  #entriesPerSecond = 0;

  constructor({ sequencer, reads, shares }: TailParts, position: number) {
    this.#sequencer = sequencer;
    this.#reads = reads;
    this.#shares = shares;
    this.position = position;
    this.#followers.told = position;
  }

  follow(listener: Follower, needs?: () => FollowerNeeds): () => void {
    return this.#followers.add(listener, needs);
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

  /** Looks what is new, at once; shares a look that is under way. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /**
   * Looks what is new, and once more as long as somebody asks meanwhile: under load that has no end, and
   * nobody may wait for it.
   */
  advance(): void {
    this.#again = true;
    this.#advancing ??= this.#advanceAll()
      .catch(() => {})
      .finally(() => {
        this.#advancing = undefined;
      });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#advancing;
    await this.#looking?.catch(() => {});
    // What was committed last gets its place, and the store its time, before this server goes.
    if (this.#again) await this.look().catch(() => {});
    this.#followers.clear();
  }

  async #advanceAll(): Promise<void> {
    while (this.#again && !this.#closed) {
      this.#again = false;
      await this.look();
      if (this.#again) await setTimeout(this.#lookEveryMs);
    }
  }

  async #look(): Promise<void> {
    // These are told in this round at the latest: another server may have sequenced them before.
    const own = this.#own.kept();
    const before = this.position;
    const sinceMs = performance.now() - this.#lookedAtMs;
    this.#lookedAtMs += sinceMs;
    const last = await this.#sequencer.run();
    this.#entriesPerSecond = ((last - before) * 1_000) / sinceMs;
    await this.#tellUpTo(last);
    for (const batch of own.keys()) this.#own.drop(batch);
    this.nextDeadlineMs = await this.#reads.nextDeadlineMs();
    this.position = Math.max(this.position, last);
  }

  async #tellUpTo(last: number): Promise<void> {
    while (this.#followers.told < last) {
      const all = this.#followers.needAll;
      const slice = { after: this.#followers.told, limit: ENTRIES_AT_ONCE };
      const batches = await this.#reads.batches(slice, { own: this.#own.kept(), all });
      if (batches.length === 0) return;
      // Who has come to need all meanwhile is told all after the position that he knows of.
      if (all || !this.#followers.needAll) this.#tell(batches);
    }
  }

  #tell(batches: readonly ToldBatch[]): void {
    const { told } = this.#followers;
    const entries = batches.flatMap((batch) => batch.entries ?? []);
    this.position = batches.at(-1)!.last;
    for (const { last, lives } of batches) if (last > told) this.live += lives;
    const fresh = entries.filter(({ position }) => position > told);
    if (fresh.length > 0) this.#followers.tell(fresh);
    this.#followers.told = this.position;
  }

  get #lookEveryMs(): number {
    if (this.#entriesPerSecond < SOON_ENTRIES_PER_SECOND) return LOOK_SOON_MS;
    return Math.min(LOOK_EVERY_MAX_MS, LOOK_EVERY_MS * this.#shares.own.count);
  }
}

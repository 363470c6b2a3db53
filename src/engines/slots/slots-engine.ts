// One store over several slots, each an engine that decides alone what lies in it. Commits go to batches.ts, reads to
// slot-reads.ts, questions about the past to the record. Nobody above it knows.

import { HoldfastError } from '../../errors.ts';
import type {
  Answered,
  ClockReading,
  Document,
  DocumentPage,
  DocumentQuery,
  Engine,
  EngineHealth,
  Entry,
  OwnerState,
  Transaction,
} from '../contract.ts';
import { Batches } from './batches.ts';
import { Changes } from './changes.ts';
import { DocumentPlaces } from './document-places.ts';
import { Placement } from './placement.ts';
import { Settling } from './settling.ts';
import { Shortages } from './shortages.ts';
import type { Slot } from './slot.ts';
import { SlotCommits } from './slot-commits.ts';
import { SlotReads } from './slot-reads.ts';

/** What is asked of the past, of all slots together. */
export type SlotsPast = Pick<
  Engine,
  'entries' | 'follow' | 'balancesAt' | 'pools' | 'find' | 'health' | 'journalId'
>;

export interface SlotsOptions {
  name: string;
  slots: readonly Slot[];
  past: SlotsPast;
  /** Closes what stands behind the slots. */
  close(): Promise<void>;
}

export class SlotsEngine implements Engine {
  readonly name: string;
  readonly commitsInFlightMax: number;
  readonly sheds = false;
  readonly timesMayCross = true;
  readonly journalId?: string;
  readonly answersRecorded: boolean;
  readonly #options: SlotsOptions;
  readonly #settling: Settling;
  readonly #batches: Batches;
  readonly #reads: SlotReads;
  #isClosed = false;

  constructor(options: SlotsOptions) {
    const { name, slots, past } = options;
    this.#options = options;
    this.name = name;
    this.commitsInFlightMax = 2 + slots.length;
    this.answersRecorded = slots.every(({ answersRecorded }) => answersRecorded === true);
    if (past.journalId !== undefined) this.journalId = past.journalId;
    const placement = new Placement(slots.length);
    const places = new DocumentPlaces(placement, slots);
    const commits = new SlotCommits(slots);
    const settling = new Settling(slots, commits);
    const reads = new SlotReads({ slots, placement, places, settling });
    const dueMs = () => reads.clock().dueMs;
    const shortages = new Shortages({ slots, placement, commits, dueMs });
    const changes = new Changes({
      ...{ slots: slots.length, placement, places, settling, commits, shortages, dueMs },
      owners: (ids) => reads.owners(ids),
    });
    this.#settling = settling;
    this.#reads = reads;
    this.#batches = new Batches({ slots, placement, places, shortages, changes });
    settling.start();
  }

  /** What each slot is by itself. */
  get slots(): readonly Slot[] {
    return this.#options.slots;
  }

  async commit(batch: readonly Transaction[]): Promise<Answered[]> {
    this.#checkOpen();
    return this.#batches.commit(batch);
  }

  documents(ids: readonly string[]): Promise<(Document | undefined)[]> {
    this.#checkOpen();
    return this.#reads.documents(ids);
  }

  owners(ids: readonly string[]): Promise<(OwnerState | undefined)[]> {
    this.#checkOpen();
    return this.#reads.owners(ids);
  }

  async pools(options: { prefix?: string; after?: string; limit: number }): Promise<OwnerState[]> {
    this.#checkOpen();
    const listed = await this.#options.past.pools(options);
    const owners = await this.owners(listed.map(({ owner }) => owner));
    return owners.filter((owner) => owner?.document !== undefined) as OwnerState[];
  }

  async find(query: DocumentQuery): Promise<DocumentPage> {
    this.#checkOpen();
    const { past } = this.#options;
    if (query.named !== true) return this.#reads.shown(await past.find(query));
    return { documents: await this.#reads.named(query), asOf: past.health().position };
  }

  due(limit: number): Promise<Document[]> {
    this.#checkOpen();
    return this.#reads.due(limit);
  }

  nextDeadlineMs(): number | undefined {
    return this.#reads.nextDeadlineMs();
  }

  async entries(options: { after: number; limit: number }): Promise<Entry[]> {
    await this.recorded();
    return this.#options.past.entries(options);
  }

  async recorded(what?: 'answered' | 'readable'): Promise<void> {
    this.#checkOpen();
    await Promise.all(this.#options.slots.map((slot) => slot.recorded(what)));
  }

  recordedDocuments(ids: readonly string[]): Promise<(Document | undefined)[]> {
    this.#checkOpen();
    return this.#reads.recordedDocuments(ids);
  }

  async balancesAt(owner: string, atMs: number): Promise<Record<string, number> | undefined> {
    this.#checkOpen();
    return this.#options.past.balancesAt(owner, atMs);
  }

  follow(...asked: Parameters<Engine['follow']>): () => void {
    return this.#options.past.follow(...asked);
  }

  clock(): ClockReading {
    return this.#reads.clock();
  }

  resumeExpiry(): void {
    for (const slot of this.#options.slots) slot.resumeExpiry();
  }

  health(): EngineHealth {
    const all = this.#options.slots.map((slot) => slot.health());
    const { ok, detail } = all.find((slot) => !slot.ok) ?? all[0]!;
    const health = { ...this.#options.past.health(), ok, detail };
    const drifts = all.flatMap(({ drift }) => drift ?? []);
    if (drifts.length === 0) return health;
    const sum = (what: 'differing' | 'compared') =>
      drifts.reduce((count, drift) => count + drift[what], 0);
    return { ...health, drift: { differing: sum('differing'), compared: sum('compared') } };
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#batches.idle();
    await this.#settling.stop();
    await Promise.all(this.#options.slots.map((slot) => slot.close()));
    await this.#options.close();
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new HoldfastError('unavailable', 'the store is closed');
  }
}

// What the engine does where its stock stands in several databases: sends each transaction the way it
// needs, reads from where rows are, looks after the parts. Home's own commits stay as they are.

import type { Applied } from '../../kernel/apply.ts';
import type { Answered, ClockReading, Outcome, OwnerState, Transaction } from '../contract.ts';
import { Commits } from '../postgres/commits.ts';
import type { Connections } from '../postgres/connections.ts';
import type { Reads } from '../postgres/reads.ts';
import type { Missed } from '../postgres/touched.ts';
import { Apart } from './apart.ts';
import { Asking } from './asking.ts';
import { Decisions } from './decisions.ts';
import { grouped } from './grouping.ts';
import { failedPart } from './part.ts';
import { PartLooks } from './part-looks.ts';
import type { Parts } from './parts.ts';
import { preparedIn } from './prepared.ts';
import { type InDoubt, Recovery } from './recovery.ts';
import { SpreadAttempts } from './spread-attempts.ts';
import { SpreadReads } from './spread-reads.ts';

/** Longer than it takes until what a dead coordinator has left is aborted. */
const STUCK_MAX_MS = 8_000;

interface CoordinationOptions {
  parts: Parts;
  home: { connections: Connections; watching: Connections; schema: string; journalId: string };
  reads: Reads;
  now(): ClockReading;
  committed(applied: Applied): void;
}

export class Coordination {
  readonly #parts: Parts;
  readonly #apart: Apart;
  readonly #decisions: Decisions;
  readonly #recovery: Recovery;
  readonly #looks: PartLooks;
  readonly #reads: SpreadReads;

  constructor(options: CoordinationOptions) {
    const { parts, home, reads, now, committed } = options;
    this.#parts = parts;
    this.#decisions = new Decisions(home.connections, home.schema);
    this.#recovery = new Recovery(this.#decisions);
    this.#looks = new PartLooks(this.#recovery, home);
    for (const part of parts.all) part.onLost = () => this.#looks.look(part);
    this.#reads = new SpreadReads(parts, reads, this.#decisions);
    const attempts = new SpreadAttempts(home, { parts, decisions: this.#decisions, now });
    const commits = new Commits({
      attempt: (asked) => attempts.run(asked),
      placeOf: ({ table, id }) => (table === 'owner' ? parts.of(id) : undefined) ?? home,
      ...{ locking: 'pessimistic', stuckMs: STUCK_MAX_MS },
      committed,
      apart: {
        decide: (waited) => this.#promised(waited, (askings) => this.#apart.submit(askings)),
        after: (error, failed) =>
          this.#promised(failed, (askings) => this.#apart.after(error, askings)),
      },
    });
    this.#apart = new Apart({ parts, run: (batch) => commits.run(batch) });
  }

  /** What touches no part goes home; the others are promised their answers. */
  async commit(batch: readonly Transaction[], atHome: Commits): Promise<Answered[]> {
    const { home, apart } = grouped(batch, this.#parts.partOf);
    if (apart.length === 0) return atHome.run(batch);
    const answers: Answered[] = new Array(batch.length);
    const askings = new Map<number, Asking>();
    const ask = (place: number) => {
      const asking = new Asking(batch[place]!);
      askings.set(place, asking);
      return asking.outcome;
    };
    // Those at home first: what goes apart may build on them.
    if (home.length > 0) {
      const own = home.map((place) => batch[place]!);
      const decided = await atHome.run(own, (_, places, missed) =>
        this.#isInPart(missed) ? places.map((place) => ask(home[place]!)) : undefined,
      );
      for (const [index, place] of home.entries()) answers[place] = decided[index]!;
    }
    for (const place of apart) answers[place] = ask(place);
    // In the order of the batch, also those that turned out to need a part.
    const places = [...askings.keys()].sort((one, other) => one - other);
    this.#apart.submit(places.map((place) => askings.get(place)!));
    return answers;
  }

  /** Takes over what turns out to need a part: units go home to a pool there, say. */
  takeOver(
    batch: readonly Transaction[],
    places: readonly number[],
    missed: Missed,
  ): Promise<Outcome>[] | undefined {
    if (!this.#isInPart(missed)) return undefined;
    const taken = places.map((place) => batch[place]!);
    return this.#promised(taken, (askings) => this.#apart.submit(askings));
  }

  #promised(
    batch: readonly Transaction[],
    ask: (askings: readonly Asking[]) => void,
  ): Promise<Outcome>[] {
    const askings = batch.map((transaction) => new Asking(transaction));
    ask(askings);
    return askings.map(({ outcome }) => outcome);
  }

  #isInPart({ owners }: Missed): boolean {
    return [...owners].some((owner) => this.#parts.partOf(owner) !== undefined);
  }

  owners(ids: readonly string[]): Promise<(OwnerState | undefined)[]> {
    return this.#reads.owners(ids);
  }

  balancesAt(owner: string, atMs: number): Promise<Record<string, number> | undefined> {
    return this.#reads.balancesAt(owner, atMs);
  }

  /** The regular look at every part; one that does not answer keeps nobody waiting. */
  look(): void {
    for (const part of this.#parts.all) void this.#looks.look(part).catch(() => {});
  }

  /** Looks at every part now, and tells what was in doubt, and where nobody could look. */
  async settle(): Promise<Settled> {
    const looks = this.#parts.all.map((part) => this.#looks.look(part));
    const found = await Promise.allSettled(looks);
    // Of home: then nothing is known of any part.
    const failure = found.find((each) => each.status === 'rejected' && !failedPart(each.reason));
    if (failure?.status === 'rejected') throw failure.reason;
    const inDoubt = found.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
    const away = this.#parts.away.map(({ name, why }) => ({ name, why }));
    return { inDoubt, away };
  }

  /** Forgets decisions that nobody can ask for any more; nothing while some part is away. */
  async forget(): Promise<number> {
    if (this.#parts.away.length > 0) return 0;
    const prepared = await Promise.all(
      this.#parts.all.map((part) => part.ask((at) => preparedIn(at, part.gidPrefix))),
    );
    return this.#decisions.forget(prepared.flat().map(({ id }) => id));
  }

  /** How the ids of pools begin that cannot be used at present. */
  get awayPrefixes(): string[] {
    return this.#parts.away.map(({ prefix }) => prefix);
  }

  /** Which parts cannot be used, for people; nothing while all can. */
  get detail(): string | undefined {
    const { away } = this.#parts;
    if (away.length === 0) return undefined;
    return away.map(({ name, why }) => `the part ${name} cannot be used: ${why}`).join('; ');
  }

  knows(name: string): boolean {
    return this.#parts.all.some((part) => part.name === name);
  }

  async close(): Promise<void> {
    await this.#looks.ended();
    await this.#parts.close();
  }
}

/** What a look at all parts has come to. */
export interface Settled {
  inDoubt: InDoubt[];
  away: { name: string; why: string }[];
}

/** What an engine does whose parts may have something in doubt. */
export interface Settling {
  /** Finishes what can be finished, and tells of it: the first time, also of what opening has found. */
  settle(): Promise<Settled>;
}

export function canSettle(engine: object): engine is Settling {
  return 'settle' in engine;
}

// Compares a store in Redis with its record for as long as a server leads, a small part in each step, and all of
// it when somebody asks. A difference counts once the record has got past the batch at which it was seen and it
// is still there; then the journal tells of it. Repairs only when asked to.

import { setTimeout as delay } from 'node:timers/promises';
import { HoldfastError } from '../../../errors.ts';
import type { EventDraft, Transaction } from '../../contract.ts';
import type { RecordRowsReader } from '../../postgres/record-rows.ts';
import type { Send } from '../connection.ts';
import type { StoreKeys } from '../keys.ts';
import { type Place, reaches } from '../place.ts';
import { BothSides, type Names } from './both-sides.ts';
import { type Difference, nameOfDifference } from './difference.ts';
import { type Mended, Mending } from './mending.ts';
import { type Part, Walk } from './walk.ts';

/** Names in one step, and in one part of a comparison that somebody waits for. */
const STEP_NAMES = 200;
const PART_NAMES = 500;
const AGAIN_MS = 100;
const LOOKS_MAX = 100;
const MENDS_MAX = 50;

export interface ReconcilingOptions {
  send: Send;
  keys: StoreKeys;
  rows: RecordRowsReader;
  /** Whether this server is the one that compares. */
  leads(): boolean;
  commit(batch: readonly Transaction[]): Promise<unknown>;
}

export interface Repaired extends Difference {
  done: Mended;
}

interface Suspects {
  differences: Difference[];
  /** Where they were seen. */
  place: Place;
}

export class Reconciling {
  readonly #options: ReconcilingOptions;
  readonly #sides: BothSides;
  readonly #walk: Walk;
  #suspects: Suspects | undefined;
  /** Met in the round under way. */
  readonly #strays = new Set<string>();
  readonly #drift = new Map<string, Difference>();
  /** Comparisons of a name since this server opened the store: each of them twice in a round, round after round. */
  compared = 0;

  constructor(options: ReconcilingOptions) {
    this.#options = options;
    this.#sides = new BothSides(options);
    this.#walk = new Walk({ ...options, part: STEP_NAMES });
  }

  /** What differed when it was last looked at. */
  get drift(): Difference[] {
    return [...this.#drift.values()];
  }

  /** As an operator watches it; undefined where another server compares. */
  get counts(): { differing: number; compared: number } | undefined {
    if (!this.#options.leads()) return undefined;
    return { differing: this.#drift.size, compared: this.compared };
  }

  /** What an operator should know. */
  get warning(): string | undefined {
    const { size } = this.#drift;
    return size === 0 ? undefined : `Redis and its record differ in ${size}: holdfast reconcile`;
  }

  /** One step of the comparison that never ends. */
  async step(): Promise<void> {
    if (!(await this.#settleSuspects())) return;
    const part = await this.#walk.next();
    await this.#noteStrays(part);
    if (part.owners.length + part.documents.length === 0) return;
    const look = await this.#sides.look(part);
    if (look === undefined) return;
    this.compared += part.owners.length + part.documents.length;
    this.#forget(part, look.differences);
    if (look.differences.length > 0) this.#suspects = look;
  }

  /** Compares everything once; `onPart` is told of how many names out of about how many. */
  async compareAll(onPart?: (done: number, total: number) => void): Promise<Difference[]> {
    const total = onPart === undefined ? 0 : await this.#size();
    const walk = new Walk({ ...this.#options, part: PART_NAMES });
    const found = new Map<string, Difference>();
    let done = 0;
    for (let isLast = false; !isLast; ) {
      const part = await walk.next();
      isLast = part.isLast;
      for (const stray of part.strays) found.set(nameOfDifference(stray), stray);
      for (const difference of await this.#certain(part)) {
        found.set(nameOfDifference(difference), difference);
      }
      done += part.owners.length + part.documents.length;
      onPart?.(done, Math.max(done, total));
    }
    await this.#note([...found.values()]);
    return [...found.values()];
  }

  /** Sets in Redis what differs to what the record says. Documents come first: their deadlines go with them. */
  async repair(differences: readonly Difference[]): Promise<Repaired[]> {
    const repaired: Repaired[] = [];
    const done = new Map<string, Repaired['done']>();
    for (const kind of ['document', 'owner', 'stray'] as const) {
      for (const difference of differences.filter((each) => kindOf(each) === kind)) {
        const key = kind === 'stray' ? nameOfDifference(difference) : `${kind} ${difference.id}`;
        const answer = done.get(key) ?? (await this.#mend(difference, kind));
        done.set(key, answer);
        repaired.push({ ...difference, done: answer });
        if (answer === 'mended' || answer === 'gone')
          this.#drift.delete(nameOfDifference(difference));
      }
    }
    const mended = repaired.filter((each) => each.done === 'mended');
    await this.#tell('drift.repaired', mended);
    return repaired;
  }

  /** Each is met twice: as a name of Redis, and as one of the record. */
  async #size(): Promise<number> {
    const { send, keys } = this.#options;
    const counts = [send('HLEN', keys.owners), send('HLEN', keys.documents)];
    const [owners, documents] = await Promise.all(counts);
    return 2 * (Number(owners) + Number(documents));
  }

  async #mend(difference: Difference, kind: 'document' | 'owner' | 'stray') {
    const { send, keys } = this.#options;
    const mending = new Mending(send, keys);
    const { id } = difference;
    const names = { owners: kind === 'owner' ? [id] : [], documents: kind === 'owner' ? [] : [id] };
    for (let tries = 0; tries < MENDS_MAX; tries += 1) {
      const look = await this.#sides.look(names);
      if (look !== undefined && kind === 'stray')
        return mending.stray(difference, look.place.epoch);
      if (look !== undefined) {
        if (look.differences.length === 0) return tries === 0 ? 'gone' : 'mended';
        const answer = await (kind === 'owner'
          ? mending.owner(id, look)
          : mending.document(id, look));
        if (answer !== 'changed') return answer;
      }
      await delay(AGAIN_MS);
    }
    return 'changed' as const;
  }

  /** What differs, and goes on to when all that was decided by then is recorded. */
  async #certain(names: Names): Promise<Difference[]> {
    if (names.owners.length + names.documents.length === 0) return [];
    let first: Suspects | undefined;
    for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
      const look = await this.#sides.look(first === undefined ? names : namesOf(first.differences));
      if (look !== undefined && look.differences.length === 0) return [];
      if (look !== undefined && first !== undefined && reaches(look.recorded, first.place)) {
        return still(first.differences, look.differences);
      }
      if (look !== undefined) first ??= look;
      await delay(AGAIN_MS);
    }
    throw new HoldfastError('unavailable', 'the record is too far behind to be compared');
  }

  /** False: it is too early to say. */
  async #settleSuspects(): Promise<boolean> {
    const first = this.#suspects;
    if (first === undefined) return true;
    const names = namesOf(first.differences);
    const look = await this.#sides.look(names);
    if (look === undefined || !reaches(look.recorded, first.place)) return false;
    this.#suspects = undefined;
    await this.#note(still(first.differences, look.differences));
    return true;
  }

  /** Those that were not met again in a whole round are over. */
  async #noteStrays({ strays, isLast }: Part): Promise<void> {
    await this.#note(strays);
    for (const each of strays) this.#strays.add(nameOfDifference(each));
    if (!isLast) return;
    for (const [name, each] of this.#drift) {
      if (kindOf(each) === 'stray' && !this.#strays.has(name)) this.#drift.delete(name);
    }
    this.#strays.clear();
  }

  async #note(certain: readonly Difference[]): Promise<void> {
    const fresh = certain.filter((each) => !this.#drift.has(nameOfDifference(each)));
    for (const each of certain) this.#drift.set(nameOfDifference(each), each);
    await this.#tell('drift.found', fresh);
  }

  /** What was looked at again and does not differ any more. */
  #forget({ owners, documents }: Names, differences: readonly Difference[]): void {
    const names = new Set([...owners, ...documents]);
    const there = new Set(differences.map(nameOfDifference));
    for (const [name, each] of this.#drift) {
      const isSeen = names.has(each.id) && kindOf(each) !== 'stray';
      if (isSeen && !there.has(name)) this.#drift.delete(name);
    }
  }

  async #tell(type: 'drift.found' | 'drift.repaired', differences: readonly Difference[]) {
    if (differences.length === 0) return;
    const events = differences.map((each): EventDraft => {
      const { what, id, of = '', redis = null, record = null } = each;
      // Some databases keep no text with this.
      const named = of.replaceAll('\0', ' ');
      return { type, subject: id, data: { what, of: named, redis, record } };
    });
    await this.#options.commit([{ events }]);
  }
}

function kindOf({ what, redis, record }: Difference): 'owner' | 'document' | 'stray' {
  if (what === 'number' || what === 'balance' || what === 'floor') return 'owner';
  return redis === 'filed' && record === undefined ? 'stray' : 'document';
}

function namesOf(differences: readonly Difference[]): Names {
  const ids = (kind: 'owner' | 'document') =>
    differences.filter((each) => kindOf(each) === kind).map(({ id }) => id);
  return { owners: [...new Set(ids('owner'))], documents: [...new Set(ids('document'))] };
}

function still(first: readonly Difference[], now: readonly Difference[]): Difference[] {
  const names = new Set(first.map(nameOfDifference));
  return now.filter((each) => names.has(nameOfDifference(each)));
}

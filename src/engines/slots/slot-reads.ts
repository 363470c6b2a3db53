// What is read of all slots together: documents wherever they lie, owners, what is due, earliest first. A document
// that is being decided is waited for, a moment; then it is shown as it was.

import { accountOf, nameOf, ownerOf } from '../../kernel/accounts.ts';
import { DUE_LIMIT } from '../../kernel/apply.ts';
import type {
  AccountId,
  ClockReading,
  CommitRefusal,
  Document,
  DocumentId,
  DocumentPage,
  DocumentQuery,
  OwnerState,
} from '../contract.ts';
import { pageOf } from '../query.ts';
import type { DocumentPlaces } from './document-places.ts';
import type { Placement } from './placement.ts';
import type { Settling } from './settling.ts';
import { SharedLooks } from './shared-looks.ts';
import type { Due, Slot } from './slot.ts';
import { asBefore, isWaiting } from './undecided-document.ts';

export type Shortage = Extract<CommitRefusal, { code: 'insufficient' }>;

interface SlotReadsOptions {
  slots: readonly Slot[];
  placement: Placement;
  places: DocumentPlaces;
  settling: Settling;
}

export class SlotReads {
  readonly #options: SlotReadsOptions;
  readonly #due = new SharedLooks((account) => this.#dueOn(account));

  constructor(options: SlotReadsOptions) {
    this.#options = options;
  }

  async documents(ids: readonly DocumentId[]): Promise<(Document | undefined)[]> {
    const { places } = this.#options;
    let found = await places.read(ids);
    const waiting = found.filter((each) => each !== undefined && isWaiting(each)) as Document[];
    if (waiting.length > 0) {
      await Promise.all(waiting.map(({ id }) => this.#decided(id)));
      found = await places.read(ids);
    }
    return found.map(asBefore);
  }

  /** Each as the record has it, once all that its slot shows is recorded. */
  async recordedDocuments(ids: readonly DocumentId[]): Promise<(Document | undefined)[]> {
    const { places } = this.#options;
    return (await places.read(ids, (slot, own) => slot.recordedDocuments(own))).map(asBefore);
  }

  async owners(ids: readonly string[]): Promise<(OwnerState | undefined)[]> {
    const { slots, placement } = this.#options;
    const asked = slots.map((): string[] => []);
    for (const id of ids) asked[placement.ofOwner(id)]!.push(id);
    const states = new Map<string, OwnerState>();
    await Promise.all(
      asked.map(async (own, slot) => {
        if (own.length === 0) return;
        for (const state of await slots[slot]!.owners(own)) {
          if (state !== undefined) states.set(state.owner, shownOwner(state));
        }
      }),
    );
    return ids.map((id) => states.get(id));
  }

  async named(query: DocumentQuery): Promise<Document[]> {
    const pages = await Promise.all(this.#options.slots.map((slot) => slot.find(query)));
    return pageOf(shownDocuments(pages.flatMap(({ documents }) => documents)), query);
  }

  shown({ documents, asOf }: DocumentPage): DocumentPage {
    return { documents: shownDocuments(documents), asOf };
  }

  async due(limit: number): Promise<Document[]> {
    const found = await Promise.all(this.#options.slots.map((slot) => slot.due(limit)));
    return found.flat().sort(byDeadline).slice(0, limit);
  }

  /** A refusal for want of units, with what is due on the account in other slots: a cart has one document. */
  async withDue(refusal: Shortage): Promise<Shortage> {
    const found = await this.#due.at(refusal.account);
    const all = new Set([...found.map(({ id }) => id), ...refusal.due]);
    return { ...refusal, due: [...all].slice(0, DUE_LIMIT) };
  }

  nextDeadlineMs(): number | undefined {
    let next: number | undefined;
    for (const slot of this.#options.slots) {
      const atMs = slot.nextDeadlineMs();
      if (atMs !== undefined && (next === undefined || atMs < next)) next = atMs;
    }
    return next;
  }

  /** The first slot's time; nothing is due before it is due in all of them. */
  clock(): ClockReading {
    const all = this.#options.slots.map((slot) => slot.clock());
    const reading: ClockReading = {
      nowMs: all[0]!.nowMs,
      dueMs: Math.min(...all.map(({ dueMs }) => dueMs)),
    };
    const stopped = all.find((each) => each.stopped !== undefined)?.stopped;
    if (stopped !== undefined) reading.stopped = stopped;
    return reading;
  }

  /** It, and those of pools that pass on to its pool, two steps: such pools lie in one slot. */
  async #accountsReaching(account: AccountId): Promise<AccountId[]> {
    const name = nameOf(account);
    if (account.startsWith('!') || (name !== 'available' && name !== 'offered')) return [account];
    const pool = ownerOf(account);
    const { slots, placement } = this.#options;
    const slot = slots[placement.ofOwner(pool)]!;
    const children = await slot.passingOnTo(pool);
    const grandchildren = await Promise.all(children.map((child) => slot.passingOnTo(child)));
    const pools = [...(name === 'offered' ? [pool] : []), ...children, ...grandchildren.flat()];
    return [account, ...pools.map((each) => accountOf(each, 'available'))];
  }

  /** In all slots, past its deadline; what another server has made due a moment ago is among it. */
  async #dueOn(account: AccountId): Promise<Due[]> {
    const { dueMs } = this.clock();
    const reaching = await this.#accountsReaching(account);
    const found = await Promise.all(
      this.#options.slots.flatMap((slot) =>
        reaching.map((each) => slot.dueOn(each, dueMs, DUE_LIMIT)),
      ),
    );
    return found.flat().sort(byDeadline);
  }

  #decided(id: DocumentId): Promise<void> {
    const { settling, places } = this.#options;
    return settling.waitForDocument(places.of(id), id);
  }
}

function shownOwner(state: OwnerState): OwnerState {
  if (state.document === undefined) return state;
  const { document: _, ...rest } = state;
  const document = asBefore(state.document);
  return document === undefined ? rest : { ...rest, document };
}

function shownDocuments(documents: readonly Document[]): Document[] {
  return documents.map(asBefore).filter((document) => document !== undefined);
}

function byDeadline(one: Due, other: Due): number {
  const [first, second] = [one.deadlineMs!, other.deadlineMs!];
  return first === second ? (one.id < other.id ? -1 : 1) : first - second;
}

// Writes the state of a store off to the side, page by page as the record gives it, and lets it take the place of
// what is there in one step. What somebody else has begun and not finished is taken away first.

import { requestKey } from '../../kernel/overlay.ts';
import type { Document, OwnerState } from '../contract.ts';
import type { RebuildPage } from '../postgres/recorder.ts';
import type { Argument, Send } from './connection.ts';
import type { StagedKeys, StoreKeys } from './keys.ts';
import { placeText } from './place.ts';
import { callFunction } from './scripted.ts';
import { deadlineOf, documentValue, indexMembers, ownerValue } from './stored-state.ts';

/** Pairs of arguments in one command: Redis answers others in between. */
const PAIRS_MAX = 500;
const KINDS = ['owners', 'documents', 'requests', 'deadlines', 'index'] as const;

/** How much was written of each. */
export type StateCounts = Record<(typeof KINDS)[number], number>;

interface FreshStateOptions {
  send: Send;
  keys: StoreKeys;
  epoch: number;
}

export class FreshState {
  readonly counts: StateCounts = { owners: 0, documents: 0, requests: 0, deadlines: 0, index: 0 };
  readonly #options: FreshStateOptions;
  readonly #staged: StagedKeys;
  /** What Redis has not answered yet. */
  #underWay: Promise<void> = Promise.resolve();

  private constructor(options: FreshStateOptions) {
    this.#options = options;
    this.#staged = options.keys.stagedIn(options.epoch);
  }

  /** Begins with nothing. */
  static async begin(options: FreshStateOptions): Promise<FreshState> {
    const { send, keys, epoch } = options;
    const begun = (await send('SMEMBERS', keys.staged)) as Buffer[];
    for (const other of begun) {
      await send('UNLINK', ...Object.values(keys.stagedIn(Number(String(other)))));
    }
    if (begun.length > 0) await send('UNLINK', keys.staged);
    await send('SADD', keys.staged, String(epoch));
    return new FreshState(options);
  }

  /** While one page is on its way the next is made. @throws HoldfastError `unavailable`, `disk-full` */
  async take(page: RebuildPage): Promise<void> {
    const sent =
      page.kind === 'owners'
        ? this.#owners(page.owners)
        : page.kind === 'documents'
          ? this.#documents(page.documents)
          : page.kind === 'requests'
            ? this.#requests(page.requests)
            : Promise.resolve();
    sent.catch(() => {});
    await this.#underWay;
    this.#underWay = sent;
  }

  /** Takes the place of what is there; refused where that is as new. */
  async switchIn(begun: { latestMs: number; runId: string; journalId: string }): Promise<void> {
    await this.#underWay;
    const { send, keys, epoch } = this.#options;
    const { metadata, latest, life, stream } = keys;
    const named = [metadata, latest, life, stream, ...KINDS.map((kind) => keys[kind])];
    const values = [String(epoch), String(begun.latestMs), begun.runId, begun.journalId];
    await callFunction(send, 'switch', {
      keys: [...named, ...KINDS.map((kind) => this.#staged[kind])],
      values: [...values, ...KINDS.map((kind) => String(this.counts[kind]))],
    });
    await send('SREM', keys.staged, String(epoch));
  }

  async #owners(owners: readonly OwnerState[]): Promise<void> {
    await this.#add('owners', owners, (each) => [each.owner, ownerValue(each)]);
  }

  async #documents(documents: readonly Document[]): Promise<void> {
    const timed = documents.filter((document) => deadlineOf(document) !== undefined);
    const members = documents.flatMap(indexMembers);
    await Promise.all([
      this.#add('documents', documents, (each) => [each.id, documentValue(each)]),
      this.#add('deadlines', timed, (each) => [String(deadlineOf(each)), each.id]),
      this.#add('index', members, (member) => ['0', member]),
    ]);
  }

  /** Their first answers stand in the record, and none in the stream of this epoch. */
  async #requests(requests: Extract<RebuildPage, { kind: 'requests' }>['requests']): Promise<void> {
    const before = placeText({ epoch: this.#options.epoch, number: 0 });
    await this.#add('requests', requests, (each) => [requestKey(each), before]);
  }

  async #add<T>(
    kind: keyof StateCounts,
    items: readonly T[],
    pairOf: (item: T) => [Argument, Argument],
  ): Promise<void> {
    const { send } = this.#options;
    const command = kind === 'deadlines' || kind === 'index' ? 'ZADD' : 'HSET';
    const replies: Promise<unknown>[] = [];
    for (let first = 0; first < items.length; first += PAIRS_MAX) {
      const pairs = items.slice(first, first + PAIRS_MAX).flatMap(pairOf);
      replies.push(send(command, this.#staged[kind], ...pairs));
    }
    for (const added of await Promise.all(replies)) this.counts[kind] += Number(added);
  }
}

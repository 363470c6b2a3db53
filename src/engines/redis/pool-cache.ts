// Pools that are asked about often, as they were a quarter of a second ago at most, so that who looks at one or
// comes too late for it costs no round trip. Asked for together ten times a second, as long as somebody looks;
// never older than what this server has answered itself. May show and refuse, never sells.

import { ownerOf, poolDocumentId } from '../../kernel/accounts.ts';
import { refusalNow } from '../../kernel/refusal-now.ts';
import { SYSTEM_TIME } from '../clock.ts';
import type {
  Answered,
  Asked,
  ClockReading,
  CommitRefusal,
  Decided,
  Engine,
  OwnerState,
  PoolId,
} from '../contract.ts';
import type { Send } from './connection.ts';
import { readDocument } from './document-blob.ts';
import type { StoreKeys } from './keys.ts';
import { readOwner } from './reads.ts';
import { callFunction } from './scripted.ts';

type Glance = NonNullable<Engine['glance']>;

export const AGE_MAX_MS = 250;
const EVERY_MS = 100;
/** Who was not asked about for so long is looked at no more. */
const WANTED_MS = 5_000;
/** So many at once; the others are asked for when somebody looks. */
const POOLS_MAX = 1_000;

interface Pool {
  state?: OwnerState;
  /** Of what would give units back to it; undefined for nothing. */
  nextDueMs?: number;
  isTentative: boolean;
  /** Before Redis was asked. */
  asOfMs: number;
  wantedMs: number;
}

interface PoolCacheOptions {
  send: Send;
  keys: Pick<StoreKeys, 'owners' | 'documents' | 'index'>;
  clock(): ClockReading;
}

type GlanceReply = [value: Buffer | null, document: Buffer | null, due: Buffer, tentative: Buffer];

export class PoolCache implements Glance {
  readonly ageMaxMs = AGE_MAX_MS;
  readonly #options: PoolCacheOptions;
  readonly #pools = new Map<PoolId, Pool>();
  /**
   * When this server last answered something about them: what was asked for before that may be older. (By its
   * time, because a repair can set a pool's number back.)
   */
  readonly #answeredMs = new Map<PoolId, number>();
  #timer: NodeJS.Timeout | undefined;
  #asking: Promise<void> | undefined;
  #closed = false;

  constructor(options: PoolCacheOptions) {
    this.#options = options;
  }

  async owners(ids: readonly PoolId[]): Promise<(OwnerState | undefined)[]> {
    const nowMs = SYSTEM_TIME.monotonicMs();
    const stale = ids.filter((id) => this.#fresh(id, nowMs) === undefined);
    const asked = stale.length === 0 ? undefined : await this.#ask(stale);
    this.#want(ids, nowMs);
    return ids.map((id) => (asked?.get(id) ?? this.#pools.get(id))?.state);
  }

  /** Undefined: only a commit can say, as of whoever may have asked before. */
  refusalNow(asked: Asked): CommitRefusal | undefined {
    if (asked.request !== undefined) return undefined;
    const account = asked.moves?.[0]?.legs[0]?.from;
    if (account === undefined) return undefined;
    const id = ownerOf(account);
    const nowMs = SYSTEM_TIME.monotonicMs();
    this.#want([id], nowMs);
    const pool = this.#fresh(id, nowMs);
    const clock = this.#options.clock();
    if (pool?.state === undefined || account !== `${id}/available`) return undefined;
    if (pool.nextDueMs !== undefined && pool.nextDueMs <= clock.dueMs) return undefined;
    const { seq, accounts, document } = pool.state;
    const isOwn = (guard: object) =>
      'document' in guard && guard.document === poolDocumentId(id) && document !== undefined;
    if (asked.guards?.every(isOwn) === false) return undefined;
    const snapshot = {
      ...{ ...clock, position: 0, seq: () => seq, request: () => undefined },
      account: () => accounts.available,
      document: () => document,
      dueClaims: () => [],
      tentativeClaims: () => (pool.isTentative ? [''] : []),
    };
    return refusalNow(snapshot, asked);
  }

  /** What this server has answered: what is older is shown no more. */
  note(answers: readonly Answered[]): void {
    for (const answer of answers) {
      if (!('ok' in answer)) answer.then((late) => this.note([late])).catch(() => {});
      else if (answer.ok) this.#noteOwners(answer.entry);
    }
  }

  #noteOwners({ seqs }: Decided): void {
    if (this.#pools.size === 0 && this.#asking === undefined) return;
    const nowMs = SYSTEM_TIME.monotonicMs();
    for (const [owner] of seqs) this.#answeredMs.set(owner, nowMs);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#asking?.catch(() => {});
  }

  #fresh(id: PoolId, nowMs: number): Pool | undefined {
    const pool = this.#pools.get(id);
    if (pool === undefined || nowMs - pool.asOfMs > AGE_MAX_MS) return undefined;
    return pool.asOfMs <= (this.#answeredMs.get(id) ?? 0) ? undefined : pool;
  }

  #want(ids: readonly PoolId[], nowMs: number): void {
    for (const id of ids) {
      const pool = this.#pools.get(id);
      if (pool !== undefined) pool.wantedMs = nowMs;
      else if (this.#pools.size < POOLS_MAX) {
        const never = Number.NEGATIVE_INFINITY;
        this.#pools.set(id, { isTentative: false, asOfMs: never, wantedMs: nowMs });
      }
    }
    this.#arm();
  }

  #arm(): void {
    if (this.#timer !== undefined || this.#closed || this.#pools.size === 0) return;
    this.#timer = setTimeout(() => {
      // What it fails at grows old, and is asked for by who looks.
      this.#asking = this.#refresh().catch(() => {});
      void this.#asking.finally(() => {
        this.#asking = undefined;
        this.#timer = undefined;
        this.#arm();
      });
    }, EVERY_MS);
    this.#timer.unref();
  }

  async #refresh(): Promise<void> {
    const untilMs = SYSTEM_TIME.monotonicMs() - WANTED_MS;
    for (const [id, { wantedMs }] of this.#pools) if (wantedMs < untilMs) this.#pools.delete(id);
    if (this.#pools.size > 0) await this.#ask([...this.#pools.keys()]);
    // What was asked for before these were answered is too old to be shown.
    const oldMs = SYSTEM_TIME.monotonicMs() - AGE_MAX_MS;
    for (const [id, atMs] of this.#answeredMs) if (atMs < oldMs) this.#answeredMs.delete(id);
  }

  /** As of one moment; kept for those that are wanted. */
  async #ask(ids: readonly PoolId[]): Promise<Map<PoolId, Pool>> {
    const asOfMs = SYSTEM_TIME.monotonicMs();
    const { send, keys } = this.#options;
    const named = { keys: [keys.owners, keys.documents, keys.index], values: ids };
    const reply = (await callFunction(send, 'glance', named)) as unknown as GlanceReply[];
    const found = new Map<PoolId, Pool>();
    for (const [at, id] of ids.entries()) {
      const pool = poolOf(id, reply[at]!, asOfMs);
      found.set(id, pool);
      const kept = this.#pools.get(id);
      if (kept === undefined || kept.asOfMs > asOfMs) continue;
      this.#pools.set(id, { ...pool, wantedMs: kept.wantedMs });
    }
    return found;
  }
}

function poolOf(id: PoolId, [value, document, due, tentative]: GlanceReply, asOfMs: number): Pool {
  const isTentative = String(tentative) === '1';
  const pool: Pool = { isTentative, asOfMs, wantedMs: asOfMs };
  if (value !== null) {
    pool.state = readOwner(id, value);
    if (document !== null) pool.state.document = readDocument(poolDocumentId(id), document);
  }
  if (due.length > 0) pool.nextDueMs = Number(due);
  return pool;
}

// Reads pools as their callers know them: a segmented one with all its segments together, which are not
// shown beside it. Changes nothing.

import type { Engine, OwnerState, PoolId } from '../engines/contract.ts';
import { poolDocumentId } from '../kernel/accounts.ts';
import { segmentsIn } from '../kernel/pool.ts';
import { asOne, partsOf, wholePool } from '../kernel/segments.ts';
import type { SegmentDirectory } from './segment-directory.ts';

type Owners = Pick<Engine, 'owners'>;

export class WholePools {
  readonly #engine: Engine;
  readonly #segments: SegmentDirectory;

  constructor(engine: Engine, segments: SegmentDirectory) {
    this.#engine = engine;
    this.#segments = segments;
  }

  /** `from`: where they are looked at; its answers may be a moment old. */
  async owners(
    ids: readonly string[],
    from: Owners = this.#engine,
  ): Promise<(OwnerState | undefined)[]> {
    const parts = ids.map((id) => this.#partsOf(id));
    const states = await from.owners(parts.flat());
    for (const state of states) this.#segments.learn(state?.document);
    // Found out by this look, or by another one meanwhile: not all parts were asked for.
    const isPartial = ids.some((id, index) => this.#partsOf(id).length !== parts[index]!.length);
    if (isPartial) return this.owners(ids, from);
    let at = 0;
    return parts.map(({ length }) => {
      at += length;
      return folded(states.slice(at - length, at));
    });
  }

  /** Pools in order of their ids. */
  async page(options: { prefix?: string; after?: string; limit: number }): Promise<OwnerState[]> {
    const found: OwnerState[] = [];
    let { after } = options;
    let isLast = false;
    while (!isLast && found.length < options.limit) {
      const asked = after === undefined ? options : { ...options, after };
      const states = await this.#engine.pools(asked);
      isLast = states.length < options.limit;
      after = states.at(-1)?.owner;
      found.push(...states.filter(({ owner }) => wholePool(owner) === owner));
    }
    return this.#whole(found.slice(0, options.limit));
  }

  /** Balances of a past moment. */
  async balancesAt(pool: PoolId, atMs: number): Promise<Record<string, number> | undefined> {
    if (this.#segments.of(pool) === undefined) await this.know(pool);
    const [own, ...others] = await Promise.all(
      this.#partsOf(pool).map((part) => this.#engine.balancesAt(part, atMs)),
    );
    if (own === undefined) return undefined;
    const sums = { ...own };
    for (const balances of others) {
      for (const [name, balance] of Object.entries(balances ?? {})) {
        sums[name] = (sums[name] ?? 0) + balance;
      }
    }
    return sums;
  }

  /** Finds out how a pool is sold. */
  async know(pool: PoolId) {
    const [document] = await this.#engine.documents([poolDocumentId(pool)]);
    this.#segments.learn(document);
    return this.#segments.of(pool);
  }

  async #whole(states: OwnerState[]): Promise<OwnerState[]> {
    const segmented = states.filter(({ document }) => document && segmentsIn(document));
    if (segmented.length === 0) return states;
    const whole = await this.owners(segmented.map(({ owner }) => owner));
    const byOwner = new Map(whole.map((state) => [state?.owner, state]));
    return states.map((state) => byOwner.get(state.owner) ?? state);
  }

  #partsOf(pool: PoolId): PoolId[] {
    const segments = this.#segments.of(pool);
    return segments === undefined ? [pool] : partsOf(segments);
  }
}

function folded(states: (OwnerState | undefined)[]): OwnerState | undefined {
  const [first] = states;
  if (first === undefined || states.length === 1) return first;
  return asOne(states.filter((state) => state !== undefined));
}

// Which pools are sold in segments, as far as anybody has asked for one. Learned from what a commit refused
// an attempt with that did not know, so that no other pool pays for it; what is stale is caught the same way.

import type { Document, Engine, PoolId } from '../engines/contract.ts';
import { poolDocumentId } from '../kernel/accounts.ts';
import type { Place, Placed } from '../kernel/placed.ts';
import { segmentsIn } from '../kernel/pool.ts';
import { firstSegment, type Segments } from '../kernel/segments.ts';
import type { Asking } from './attempt.ts';

export class SegmentDirectory {
  readonly #known = new Map<PoolId, Segments>();
  /** Grows with all that is learned: a plan that was made at an older one may not have known. */
  revision = 0;

  of(pool: PoolId): Segments | undefined {
    return this.#known.get(pool);
  }

  /** Whether the document said anything new. */
  learn(document: Document | undefined): boolean {
    if (document?.kind !== 'pool') return false;
    const found = segmentsIn(document);
    if (found === undefined) return false;
    const known = this.#known.get(found.pool);
    if (known !== undefined && known.version >= found.version) return false;
    this.#known.set(found.pool, found);
    this.revision += 1;
    return true;
  }

  /** Looks for a pool that was told of by a cart alone. */
  async find(pool: PoolId, engine: Pick<Engine, 'documents'>): Promise<void> {
    if (this.#known.has(pool)) return;
    const [document] = await engine.documents([poolDocumentId(pool)]);
    this.learn(document);
  }

  /** Where lines are asked for; undefined where no pool of theirs is known to be segmented. */
  placed(lines: readonly { pool: PoolId }[], asking: Asking, id: string): Placed | undefined {
    if (this.#known.size === 0) return undefined;
    const places = new Map<PoolId, Place>();
    for (const { pool } of lines) {
      const segments = this.#known.get(pool);
      if (segments === undefined) continue;
      // The same command asks the same segment, whenever it is sent.
      places.set(pool, { segments, segment: firstSegment(segments, asking.key ?? id) });
    }
    return places.size === 0 ? undefined : { places, wide: asking.wide };
  }
}

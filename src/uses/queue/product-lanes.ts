// Decides turns that come in one order: those of one product one after the other, different products side by
// side. Knows up to where all is decided.

import type { Answer } from '../../stock.ts';
import { ProductLane, type Queued } from './product-lane.ts';

/** Decides one; undefined where it waits no more. */
export type Decide = (order: string) => Promise<Answer<unknown> | undefined>;

export class ProductLanes {
  readonly #decide: Decide;
  readonly #onDecided: () => void;
  readonly #lanes = new Map<string, ProductLane>();

  constructor(decide: Decide, onDecided: () => void = () => {}) {
    this.#decide = decide;
    this.#onDecided = onDecided;
  }

  add(product: string, queued: Queued): void {
    this.#lane(product).add(queued);
  }

  get waiting(): number {
    return [...this.#lanes.values()].reduce((sum, lane) => sum + lane.waiting, 0);
  }

  /** The one that is not decided and stands before all others. */
  get first(): Queued | undefined {
    let least: Queued | undefined;
    for (const { first } of this.#lanes.values()) {
      if (first !== undefined && first.position < (least?.position ?? Infinity)) least = first;
    }
    return least;
  }

  async idle(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map((lane) => lane.idle()));
  }

  /** Ends what is under way. */
  async stop(): Promise<void> {
    await Promise.all([...this.#lanes.values()].map((lane) => lane.stop()));
  }

  #lane(product: string): ProductLane {
    const found = this.#lanes.get(product);
    if (found !== undefined) return found;
    const lane = new ProductLane({
      decide: this.#decide,
      onDecided: this.#onDecided,
      onEmpty: () => this.#lanes.delete(product),
    });
    this.#lanes.set(product, lane);
    return lane;
  }
}

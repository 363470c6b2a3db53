// One line of a queue while it is this server's: its turns, decided product by product.

import type { LineTaker, PlacedTurn } from './order-queue.ts';
import type { Queued } from './product-lane.ts';
import { type Decide, ProductLanes } from './product-lanes.ts';

export interface LineParts {
  decide: Decide;
  /** Told after each. */
  onDecided: () => void;
  onStopped: (line: ServedLine) => void;
}

export class ServedLine implements LineTaker {
  readonly #lanes: ProductLanes;
  readonly #onStopped: LineParts['onStopped'];

  constructor({ decide, onDecided, onStopped }: LineParts) {
    this.#lanes = new ProductLanes(decide, onDecided);
    this.#onStopped = onStopped;
  }

  add(turns: readonly PlacedTurn[]): void {
    for (const { order, product, place, atMs } of turns) {
      this.#lanes.add(product, { order, position: place, atMs });
    }
  }

  get first(): number | undefined {
    return this.oldest?.position;
  }

  /** The turn that has waited longest. */
  get oldest(): Queued | undefined {
    return this.#lanes.first;
  }

  get waiting(): number {
    return this.#lanes.waiting;
  }

  async stop(): Promise<void> {
    await this.#lanes.stop();
    this.#onStopped(this);
  }
}

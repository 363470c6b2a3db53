// What an order that waits for its turn is put into line with. Types only: who carries turns, and hands them
// out again, stands above.

/** The turn of an order that was taken down. */
export interface Turn {
  order: string;
  /** That of its first line: turns of one product come in the order in which they were put. */
  product: string;
  /** By the engine's clock. */
  atMs: number;
}

export interface TurnCarrier {
  productOf: (pool: string) => string | Promise<string>;
  /**
   * Asked before an order is taken down.
   *
   * @throws HoldfastError `unavailable` while turns cannot be carried
   */
  ready?: () => Promise<void>;
  /**
   * Resolves once the turn is kept. Missing where the journal is the queue.
   *
   * @throws HoldfastError `unavailable` where it may not be
   */
  carry?: (turn: Turn) => Promise<void>;
}

// Whose turn it is: puts orders into line and has them decided as their turns come, in the journal, or in
// the queue that the server was given. What waits in the journal is decided in either case.

import type { Turn, TurnCarrier } from '../../orders/turn-carrier.ts';
import type { StockParts } from '../../stock/parts.ts';
import type { OrderQueue, QueueState } from './order-queue.ts';
import type { Queued } from './product-lane.ts';
import type { Decide } from './product-lanes.ts';
import { Products } from './products.ts';
import { QueueKeeper } from './queue-keeper.ts';
import { ServedLine } from './served-line.ts';

export interface TurnsOptions {
  /** Instead of the journal; closed with it. */
  queue?: OrderQueue | undefined;
  /** Told of each failure of that queue; it goes on. */
  onError?: ((error: Error) => void) | undefined;
}

export interface TurnsStatus {
  /** `journal`, or where the queue is. */
  in: string;
  state: QueueState;
  /** Orders whose turn has not come, in what this server decides. */
  waiting: number;
  /** How long the first of them has waited. */
  oldestMs?: number;
  reason?: string;
}

const IN_JOURNAL = 'journal';

export class OrderTurns {
  readonly #stock: StockParts;
  readonly #options: TurnsOptions;
  readonly #products: Products;
  readonly #lines = new Set<ServedLine>();
  #keeper: QueueKeeper | undefined;

  constructor(stock: StockParts, options: TurnsOptions = {}) {
    this.#stock = stock;
    this.#options = options;
    this.#products = new Products(stock.engine);
  }

  /** How orders get into line. */
  get carrier(): TurnCarrier {
    const { queue } = this.#options;
    const productOf = (pool: string) => this.#products.of(pool);
    if (queue === undefined) return { productOf };
    return { productOf, ready: () => queue.ready(), carry: (turn: Turn) => queue.put(turn) };
  }

  async start(decide: Decide): Promise<void> {
    this.#keeper = new QueueKeeper({ stock: this.#stock, decide, products: this.#products });
    await this.#keeper.start();
    const onStopped = (line: ServedLine) => this.#lines.delete(line);
    const open = (onDecided: () => void) => {
      const line = new ServedLine({ decide, onDecided, onStopped });
      this.#lines.add(line);
      return line;
    };
    this.#options.queue?.serve(open, (error) => this.#options.onError?.(error));
  }

  status(): TurnsStatus {
    const { queue } = this.#options;
    const status: TurnsStatus = { in: IN_JOURNAL, state: 'deciding', waiting: 0 };
    if (queue !== undefined) {
      const { state, waiting, reason } = queue.status();
      Object.assign(status, { in: queue.shown, state, waiting });
      if (reason !== undefined) status.reason = reason;
    }
    status.waiting += this.#keeper?.waiting ?? 0;
    const oldest = this.#oldestAtMs;
    if (oldest !== undefined) {
      status.oldestMs = Math.max(0, this.#stock.engine.clock().nowMs - oldest);
    }
    return status;
  }

  /** Resolves when all that the journal tells by now is decided. */
  async idle(): Promise<void> {
    await this.#keeper?.idle();
  }

  /** Ends what is under way; what waits is decided by another server, or after the next start. */
  async stop(): Promise<void> {
    await this.#options.queue?.close();
    await this.#keeper?.stop();
  }

  get #oldestAtMs(): number | undefined {
    const lines: (Queued | undefined)[] = [...this.#lines].map(({ oldest }) => oldest);
    const came = [this.#keeper?.first, ...lines].flatMap((one) => one?.atMs ?? []);
    return came.length === 0 ? undefined : Math.min(...came);
  }
}

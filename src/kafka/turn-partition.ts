// The turns of one partition while it is this server's: hands them over as they come, and knows up to where
// all are decided. What is no turn is passed over.

import type { LineTaker, OpenLine } from '../uses/queue/order-queue.ts';
import type { PartitionParts, PartitionWork } from './partition-work.ts';
import type { Fetched } from './topic-fetcher.ts';
import { readTurn } from './turn-topic.ts';

/** No more is fetched while so many wait. */
const WAITING_MAX = 2_000;

export class TurnPartition implements PartitionWork {
  next: number;
  readonly #line: LineTaker;
  #stopping: Promise<void> | undefined;

  constructor({ start, signal, onDone }: PartitionParts, open: OpenLine) {
    this.next = start;
    this.#line = open(onDone);
    signal.addEventListener('abort', () => void this.stop());
  }

  get done(): number {
    return this.#line.first ?? this.next;
  }

  get waiting(): number {
    return this.#line.waiting;
  }

  get wantsMore(): boolean {
    return this.waiting < WAITING_MAX;
  }

  add({ messages, next }: Fetched): void {
    const turns = messages.flatMap(({ offset, value }) => {
      const turn = readTurn(value);
      return turn === undefined ? [] : [{ ...turn, place: offset }];
    });
    this.next = next;
    this.#line.add(turns);
  }

  async idle(): Promise<void> {
    await this.#stopping;
  }

  /** Ends what is under way. */
  stop(): Promise<void> {
    this.#stopping ??= this.#line.stop();
    return this.#stopping;
  }

  async skipTo(offset: number): Promise<void> {
    this.next = offset;
  }
}

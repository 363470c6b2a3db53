// The events of one partition while it is this member's: what has come of it and waits, which of it is a repeat, and up
// to where everything is dealt with. Its events are taken one batch after the other.

import { EventMarks } from './event-marks.ts';
import type { PartitionWork } from './partition-work.ts';
import { readEvent } from './shop-event.ts';
import { type Arrived, Stopped, type Taking } from './taking.ts';
import type { Fetched, TopicMessage } from './topic-fetcher.ts';

/** No more is fetched while so much waits. */
const WAITING_MAX = 2_000;

export interface PartitionParts {
  taking: Taking;
  /** The first offset that is not dealt with. */
  start: number;
  batchMax: number;
  /** Told when more is dealt with. */
  onDone: () => void;
  /** Told of what it cannot go on after. */
  onFailed: (error: unknown) => void;
}

export class GroupPartition implements PartitionWork {
  readonly #parts: PartitionParts;
  readonly #marks = new EventMarks();
  readonly #waiting: TopicMessage[] = [];
  #running: Promise<void> | undefined;
  /** What is fetched next. */
  next: number;
  /** Everything before is taken, put aside or a repeat. */
  done: number;

  constructor(parts: PartitionParts) {
    this.#parts = parts;
    this.next = parts.start;
    this.done = parts.start;
  }

  get wantsMore(): boolean {
    return this.#waiting.length < WAITING_MAX;
  }

  /** What stood before the start, so that a repeat of it is known. */
  remember(messages: readonly TopicMessage[]): void {
    for (const { value } of messages) {
      const event = readEvent(value);
      if (event !== undefined) this.#marks.isRepeat(event);
    }
  }

  add({ messages, next }: Fetched): void {
    this.#waiting.push(...messages);
    this.next = next;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  async idle(): Promise<void> {
    await this.#running;
  }

  async skipTo(offset: number): Promise<void> {
    await this.idle();
    this.next = offset;
    this.done = offset;
  }

  async #run(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        await this.#takeBatch(this.#waiting.splice(0, this.#parts.batchMax));
        this.#parts.onDone();
      }
    } catch (error) {
      if (!(error instanceof Stopped)) this.#parts.onFailed(error);
      this.#waiting.length = 0;
    }
  }

  async #takeBatch(messages: readonly TopicMessage[]): Promise<void> {
    const { taking } = this.#parts;
    let arrived: Arrived[] = [];
    for (const message of messages) {
      const event = readEvent(message.value);
      if (event === undefined) {
        await taking.all(arrived);
        arrived = [];
        await taking.unreadable(message);
      } else if (this.#marks.isRepeat(event)) taking.repeated();
      else arrived.push({ message, event });
    }
    await taking.all(arrived);
    this.done = messages.at(-1)!.offset + 1;
  }
}

// What a member of a group does with one of its partitions. Types only.

import type { Fetched, TopicMessage } from './topic-fetcher.ts';

export interface PartitionWork {
  /** What is fetched next. */
  readonly next: number;
  /** Everything before is dealt with. */
  readonly done: number;
  /** Nothing is fetched while enough waits. */
  readonly wantsMore: boolean;
  /** What stood before the start, where repeats of it must be known. */
  remember?(messages: readonly TopicMessage[]): void;
  add(fetched: Fetched): void;
  /** Resolves when nothing is in hand: all that waits is done, or its signal was aborted. */
  idle(): Promise<void>;
  /** Goes on behind what the topic does not keep any more. */
  skipTo(offset: number): Promise<void>;
}

export interface PartitionParts {
  partition: number;
  /** The first offset that is not dealt with. */
  start: number;
  /** Aborted when it may be another member's: what is in hand is brought to its end or given up. */
  signal: AbortSignal;
  /** Told when more is dealt with. */
  onDone: () => void;
  /** Told of what it cannot go on after. */
  onFailed: (error: unknown) => void;
}

// The seam to what carries the turns of orders that wait: it keeps them in the order in which they came,
// several lines side by side, those of one product in one line. Types only. Who decides them does not rely
// on being the only one that a line is handed to; a line must lose no turn and change no order.

import type { Turn } from '../../orders/turn-carrier.ts';

export type { Turn };

/** A turn as it is handed out; places of one line only grow. */
export interface PlacedTurn extends Turn {
  place: number;
}

/** Takes the turns of one line, for as long as the line is this server's. */
export interface LineTaker {
  /** In the order of their places. */
  add(turns: readonly PlacedTurn[]): void;
  /** The least place that is not decided; undefined where all that was added is. */
  readonly first: number | undefined;
  /** How many are not decided. */
  readonly waiting: number;
  /** Ends what is under way, and leaves the rest to whoever has the line next. */
  stop(): Promise<void>;
}

/** Called when a line becomes this server's; `onDecided` is told when `first` has moved on. */
export type OpenLine = (onDecided: () => void) => LineTaker;

/**
 * `deciding`: some lines are this server's. `standby`: others have them all. `away`: it cannot be reached.
 */
export type QueueState = 'starting' | 'deciding' | 'standby' | 'away';

export interface CarrierStatus {
  state: QueueState;
  /** Lines that are this server's. */
  lines: number;
  /** Turns of those that are not decided, as far as is known here. */
  waiting: number;
  /** Why it is away. */
  reason?: string;
}

export interface OrderQueue {
  /** Where it is, as it may be printed. */
  readonly shown: string;
  /** @throws HoldfastError `unavailable` while nothing can be put */
  ready(): Promise<void>;
  /** Resolves once it is kept. @throws HoldfastError `unavailable` where it may not be */
  put(turn: Turn): Promise<void>;
  /** Begins to hand out. Called once. */
  serve(open: OpenLine, onError: (error: Error) => void): void;
  status(): CarrierStatus;
  /** Stops handing out, notes what is decided, and lets go of it. */
  close(): Promise<void>;
}

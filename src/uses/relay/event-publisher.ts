// What a relay hands events over to: something that keeps those with one key in order. Types only.

/** One event of one product, ready to go. */
export interface RelayedEvent {
  /** Those with the same key arrive in the order in which they are handed over. */
  key: string;
  /** What is told beside it, without reading it. */
  headers: Record<string, string>;
  /** JSON. */
  value: string;
}

export interface EventPublisher {
  /** What the cursor is named after: letters, digits, `.`, `_` and `-`. */
  readonly name: string;
  /** As it may be shown to people. */
  readonly shown: string;
  /** Which place it is: another id where what was there is gone. @throws while it cannot be reached. */
  reach(): Promise<string>;
  /** Resolves once all of them are kept. @throws where some may not be: all go again. */
  publish(events: readonly RelayedEvent[]): Promise<void>;
  /** What is under way fails. */
  close(): Promise<void>;
}

// One who watches the feed: which pools, up to where it has been told, and whether it can take more.
// Knows nothing of what it is sent.

/** Where messages go. */
export interface Sink {
  /** Takes a message; false when it can take no more until it asks to resume. */
  send(message: Uint8Array): boolean;
  /** The feed ends, or lets go of this reader. */
  end(): void;
}

export class FeedReader {
  readonly sink: Sink;
  /** Empty: all. */
  readonly pools: ReadonlySet<string>;
  /** Readers with the same key get the very same messages. */
  readonly key: string;
  /** It has been told of everything up to here. */
  position: number;
  /** It must be shown a snapshot before anything else. */
  behind: boolean;
  busy = false;
  closed = false;
  #full = false;
  readonly #onResume: (reader: FeedReader) => void;

  constructor(
    { sink, pools, after }: { sink: Sink; pools: ReadonlySet<string>; after: number | undefined },
    onResume: (reader: FeedReader) => void,
  ) {
    this.sink = sink;
    this.pools = pools;
    this.key = [...pools].sort().join(' ');
    this.position = after ?? 0;
    this.behind = after === undefined;
    this.#onResume = onResume;
  }

  get canTake(): boolean {
    return !this.closed && !this.#full;
  }

  send(message: Uint8Array): void {
    if (this.closed) return;
    this.#full = !this.sink.send(message);
  }

  /** It can take more: it is told what it missed, each thing once, as it is by then. */
  resume(): void {
    this.#full = false;
    this.#onResume(this);
  }
}

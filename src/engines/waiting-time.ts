// How long the oldest of a lane has waited, from one look per turn of the event loop: a clock read
// for every call would cost more than shedding saves. Places count up for ever, so that what is taken
// needs no look at what it was.

interface Mark {
  /** The place behind the last one that stood there at that time. */
  upTo: number;
  atMs: number;
}

export class WaitingTime {
  #marks: Mark[] = [];
  #oldestMs = 0;

  /** As of the last look. */
  get oldestMs(): number {
    return this.#oldestMs;
  }

  /** `first` is the place of the first that waits, `next` the place of the next to come. */
  look({ first, next }: { first: number; next: number }, monotonicMs: () => number): void {
    const marks = this.#marks;
    while (marks.length > 0 && marks[0]!.upTo <= first) marks.shift();
    this.#oldestMs = 0;
    if (first === next) return;
    const nowMs = monotonicMs();
    if (next > (marks.at(-1)?.upTo ?? first)) marks.push({ upTo: next, atMs: nowMs });
    this.#oldestMs = nowMs - marks[0]!.atMs;
  }
}

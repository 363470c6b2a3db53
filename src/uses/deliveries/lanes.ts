// Places for deliveries that are being sent: so many for each endpoint, so that one that hangs takes none
// from the others. Who finds none is told when to come again, by the pace of its endpoint. Sends nothing.

/** To one endpoint at once. */
const PER_ENDPOINT_MAX = 8;
/** To all of them. */
const RUNNING_MAX = 128;
/** Of one subject, one behind the other; the last one begins well within its turn. */
const PER_SUBJECT_MAX = 3;
const PUT_OFF_MAX_MS = 600_000;
/** What an endpoint is thought to take before it was met. */
const TOOK_FIRST_MS = 50;

interface Lane {
  running: number;
  /** The last of each subject; the next one goes after it. */
  subjects: Map<string, { last: Promise<void>; count: number }>;
  tookMs: number;
  nextAtMs: number;
}

export interface Place {
  /** When those of the same subject before it are through. */
  turn: Promise<void>;
  leave(tookMs: number): void;
}

export class Lanes {
  readonly #lanes = new Map<string, Lane>();
  #running = 0;

  /** A place, or after how many ms to ask again. */
  enter(endpoint: string, subject: string, nowMs: number): Place | number {
    const lane = this.#lane(endpoint);
    const before = lane.subjects.get(subject);
    const full = lane.running >= PER_ENDPOINT_MAX || this.#running >= RUNNING_MAX;
    if (full || (before?.count ?? 0) >= PER_SUBJECT_MAX) return afterMs(lane, nowMs);
    lane.running += 1;
    this.#running += 1;
    const through = Promise.withResolvers<void>();
    const mine = { last: through.promise, count: (before?.count ?? 0) + 1 };
    lane.subjects.set(subject, mine);
    const leave = (tookMs: number) => {
      lane.running -= 1;
      this.#running -= 1;
      lane.tookMs = (3 * lane.tookMs + tookMs) / 4;
      if (lane.subjects.get(subject) === mine) lane.subjects.delete(subject);
      through.resolve();
    };
    return { turn: before?.last ?? Promise.resolve(), leave };
  }

  #lane(endpoint: string): Lane {
    let lane = this.#lanes.get(endpoint);
    if (lane === undefined) {
      lane = { running: 0, subjects: new Map(), tookMs: TOOK_FIRST_MS, nextAtMs: 0 };
      this.#lanes.set(endpoint, lane);
    }
    return lane;
  }
}

/** Each one that is put off comes so long after the one before as the endpoint needs for one. */
function afterMs(lane: Lane, nowMs: number): number {
  lane.nextAtMs = Math.max(nowMs + lane.tookMs, lane.nextAtMs) + lane.tookMs / PER_ENDPOINT_MAX;
  if (lane.nextAtMs - nowMs > PUT_OFF_MAX_MS) lane.nextAtMs = nowMs + PUT_OFF_MAX_MS;
  return Math.ceil(lane.nextAtMs - nowMs);
}

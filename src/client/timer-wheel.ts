// One timer for all deadlines of a client: 60,000 calls/s with a timer each would keep 600,000 of
// them alive. Entries hang in slots of 16 ms and leave in one step when their call is answered, so
// that an entry may fire up to a slot late and never early. Must not know what its entries stand for.

/** Where the client takes time from; tests hand in one that they move. */
export interface ClientTime {
  /** Monotonic. */
  nowMs(): number;
  /** Calls `wake` once; what is returned takes that back. */
  after(delayMs: number, wake: () => void): () => void;
}

export const SYSTEM_TIME: ClientTime = {
  nowMs: () => performance.now(),
  after: (delayMs, wake) => {
    const timer = setTimeout(wake, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Something that happens at a time unless it is taken off the wheel before. */
export abstract class Timer {
  atMs = 0;
  /** Where it hangs; -1 while it is not on a wheel. */
  slot = -1;
  before: Timer | undefined;
  next: Timer | undefined;

  abstract fire(): void;
}

const SLOT_MS = 16;
/** Once around in 16 s: nearly every deadline is met in the first turn. */
const SLOTS = 1_024;

export class TimerWheel {
  readonly time: ClientTime;
  readonly #slots: (Timer | undefined)[] = new Array(SLOTS).fill(undefined);
  #count = 0;
  /** The first tick that has not been looked at. */
  #tick = 0;
  #wakeAtTick = Number.POSITIVE_INFINITY;
  #cancelWake: () => void = () => {};

  constructor(time: ClientTime = SYSTEM_TIME) {
    this.time = time;
  }

  /** How many entries wait. */
  get size(): number {
    return this.#count;
  }

  set(timer: Timer, atMs: number): void {
    this.clear(timer);
    if (this.#count === 0) this.#tick = Math.floor(this.time.nowMs() / SLOT_MS);
    const tick = Math.max(this.#tick, Math.floor(atMs / SLOT_MS));
    const slot = tick % SLOTS;
    const head = this.#slots[slot];
    timer.atMs = atMs;
    timer.slot = slot;
    timer.before = undefined;
    timer.next = head;
    if (head !== undefined) head.before = timer;
    this.#slots[slot] = timer;
    this.#count += 1;
    if (tick < this.#wakeAtTick) this.#wakeAt(tick);
  }

  clear(timer: Timer): void {
    if (timer.slot < 0) return;
    const { before, next } = timer;
    if (before === undefined) this.#slots[timer.slot] = next;
    else before.next = next;
    if (next !== undefined) next.before = before;
    timer.slot = -1;
    timer.before = undefined;
    timer.next = undefined;
    this.#count -= 1;
    // A timer left behind would keep the process alive after its last call.
    if (this.#count === 0) this.#stop();
  }

  #wakeAt(tick: number): void {
    this.#cancelWake();
    this.#wakeAtTick = tick;
    const delayMs = Math.max(0, (tick + 1) * SLOT_MS - this.time.nowMs());
    this.#cancelWake = this.time.after(delayMs, () => this.#turn());
  }

  #stop(): void {
    this.#cancelWake();
    this.#cancelWake = () => {};
    this.#wakeAtTick = Number.POSITIVE_INFINITY;
  }

  #turn(): void {
    this.#stop();
    const nowMs = this.time.nowMs();
    const nowTick = Math.floor(nowMs / SLOT_MS);
    const due: Timer[] = [];
    for (let tick = Math.max(this.#tick, nowTick - SLOTS); tick <= nowTick; tick += 1) {
      this.#collect(tick % SLOTS, nowMs, due);
    }
    this.#tick = nowTick;
    for (const timer of due) timer.fire();
    if (this.#count > 0) this.#sleep(nowTick);
  }

  #collect(slot: number, nowMs: number, due: Timer[]): void {
    let timer = this.#slots[slot];
    while (timer !== undefined) {
      const { next } = timer;
      if (timer.atMs <= nowMs) {
        this.clear(timer);
        due.push(timer);
      }
      timer = next;
    }
  }

  /** Until the next slot that has something. */
  #sleep(nowTick: number): void {
    let tick = nowTick;
    while (tick < nowTick + SLOTS && this.#slots[tick % SLOTS] === undefined) tick += 1;
    if (tick < this.#wakeAtTick) this.#wakeAt(tick);
  }
}

// How late this process is with what it has to do: the delay of a timer that should run many times a second. Looks
// only; whoever asks decides what that means.

export interface LoopDelay {
  /** Of the latest turn of the event loop, or of the one that is under way if that is late already. */
  readonly ms: number;
  close(): void;
}

const LOOK_EVERY_MS = 50;

export function watchLoop(nowMs: () => number = () => performance.now()): LoopDelay {
  let lookedAtMs = nowMs();
  let latestMs = 0;
  const sinceMs = () => Math.max(0, nowMs() - lookedAtMs - LOOK_EVERY_MS);
  const timer = setInterval(() => {
    latestMs = sinceMs();
    lookedAtMs = nowMs();
  }, LOOK_EVERY_MS);
  timer.unref();
  return {
    get ms() {
      return Math.max(latestMs, sinceMs());
    },
    close: () => clearInterval(timer),
  };
}

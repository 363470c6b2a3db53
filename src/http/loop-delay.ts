// How late this process is with what it has to do: the delay of a timer that should run many times a second. Looks
// only; whoever asks decides what that means.

export interface LoopDelay {
  /**
   * By how much the event loop was late with each of its latest turns: the least of them. A turn alone says nothing:
   * a start, a pause of the machine and a burst of requests have late ones too, which are over when they are seen.
   * CoDel looks at queues in that way (RFC 8289, section 3.1).
   */
  readonly ms: number;
  close(): void;
}

const LOOK_EVERY_MS = 50;
const TURNS = 3;

export function watchLoop(nowMs: () => number = () => performance.now()): LoopDelay {
  const late: number[] = Array.from({ length: TURNS }, () => 0);
  let turn = 0;
  let lookedAtMs = nowMs();
  const timer = setInterval(() => {
    late[turn % TURNS] = Math.max(0, nowMs() - lookedAtMs - LOOK_EVERY_MS);
    turn += 1;
    lookedAtMs = nowMs();
  }, LOOK_EVERY_MS);
  timer.unref();
  return {
    get ms() {
      return Math.min(...late);
    },
    close: () => clearInterval(timer),
  };
}

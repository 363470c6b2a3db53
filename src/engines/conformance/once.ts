// Waits for what an engine may tell a moment after it has answered: looks again each turn of the event
// loop, and gives up after a time that no engine needs. Must not judge what it has found.

import { setImmediate as nextTurn } from 'node:timers/promises';

const CATCH_UP_MAX_MS = 60_000;

/** What is read once it is so; after long enough whatever it is then. */
export async function once<T>(
  read: () => T | Promise<T>,
  isSo: (found: T) => boolean,
  forMs = CATCH_UP_MAX_MS,
): Promise<T> {
  const untilMs = performance.now() + forMs;
  while (true) {
    const found = await read();
    if (isSo(found) || performance.now() > untilMs) return found;
    await nextTurn();
  }
}

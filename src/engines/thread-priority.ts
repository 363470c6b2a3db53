// Lets a thread whose work nobody waits for give way to all others. On Linux each thread has a priority of
// its own; elsewhere nothing changes.

import { readlinkSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { basename } from 'node:path';

/** Names the thread that asks, since Linux 3.17. */
const SELF = '/proc/thread-self';
const LOWEST = 19;

/** Lowers the priority of this thread, by steps of nice(2). A wish: where it fails nothing is lost. */
export function giveWay(steps: number): void {
  try {
    const thread = Number(basename(readlinkSync(SELF)));
    setPriority(thread, Math.min(LOWEST, getPriority(thread) + steps));
  } catch {
    // Another system, or none of its names are to be seen here.
  }
}

// The record of a store verified by the program, in a process of its own with most of the memory: the recorder's
// figure leaves millions of reservations, which are more than a process has room for by default.

import { execFile } from 'node:child_process';
import { totalmem } from 'node:os';
import type { StoreAddress } from './redis-store.ts';

const MEGABYTE = 1_048_576;
/** Of the machine's memory. */
const HEAP_SHARE = 0.6;

/** Whether nothing is wrong; what is, is said. */
export function verifiedApart(
  program: string,
  { engine, record }: StoreAddress,
  say: (line: string) => void,
): Promise<boolean> {
  const heapMb = Math.floor((totalmem() * HEAP_SHARE) / MEGABYTE);
  const env = { ...process.env, NODE_OPTIONS: `--max-old-space-size=${heapMb}` };
  return new Promise((resolve) => {
    const args = ['verify', '--engine', engine, '--record', record];
    execFile(program, args, { env }, (error, stdout, stderr) => {
      if (error !== null) say(`${stdout}${stderr}`.trim());
      resolve(error === null);
    });
  });
}

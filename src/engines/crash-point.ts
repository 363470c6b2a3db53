// Named moments at which a test may kill the process, to see what survives. Without the environment
// variable HOLDFAST_CRASH_AT (`name` or `name:count`) each is one comparison.

const [NAME, COUNT] = (process.env.HOLDFAST_CRASH_AT ?? '').split(':');
let left = Number(COUNT ?? 1);

export type CrashPoint =
  | 'before-append'
  | 'after-append'
  | 'before-reply'
  | 'while-tables'
  | 'at-checkpoint'
  | 'archive-half'
  | 'archive-written'
  | 'archive-named'
  | 'archive-deleting'
  | 'archive-deleted';

/** Dies here, as by `kill -9`, when the environment says so. */
export function crashPoint(name: CrashPoint): void {
  if (name !== NAME) return;
  left -= 1;
  if (left <= 0) process.kill(process.pid, 'SIGKILL');
}

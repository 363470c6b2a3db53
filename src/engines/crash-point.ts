// Named moments at which a test may kill the process, to see what survives. Without the environment
// variable HOLDFAST_CRASH_AT (`name` or `name:count`) each is one comparison.

const [NAME, COUNT] = (process.env.HOLDFAST_CRASH_AT ?? '').split(':');
let left = Number(COUNT ?? 1);
/** SIGSTOP holds it there, so that something else can go wrong meanwhile. */
const SIGNAL = process.env.HOLDFAST_CRASH_SIGNAL ?? 'SIGKILL';

/** Moments of a transaction over several databases, in their order. */
export const SPREAD_CRASH_POINTS = [
  'home-locked',
  'part-locked',
  'home-written',
  'part-written',
  'part-prepared',
  'before-decision',
  'after-decision',
  'part-committed',
] as const;

/** Moments of whoever finishes what another has left prepared. */
export const RECOVERY_CRASH_POINTS = [
  'recovery-found',
  'recovery-decided',
  'recovery-finished',
] as const;

/** Of processes that keep stock in files. */
export type FileCrashPoint =
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

export type CrashPoint =
  | FileCrashPoint
  | (typeof SPREAD_CRASH_POINTS)[number]
  | (typeof RECOVERY_CRASH_POINTS)[number];

/** Dies here, as by `kill -9`, when the environment says so. */
export function crashPoint(name: CrashPoint): void {
  if (name !== NAME) return;
  left -= 1;
  if (left === 0) process.kill(process.pid, SIGNAL);
}

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

/** Moments of a change over several slots, in their order, and of whoever ends one that was left behind. */
export const SLOTS_CRASH_POINTS = [
  'slots-preparing',
  'slots-part-prepared',
  'slots-prepared',
  'slots-decided',
  'slots-part-ended',
  'slots-ended',
] as const;
export const SLOTS_RECOVERY_CRASH_POINTS = ['slots-found', 'slots-settled'] as const;

/** Moments of whoever records what another store has decided. */
export const RECORD_CRASH_POINTS = [
  'record-checked',
  'record-written',
  'record-committed',
  'lease-extended',
  'epoch-opened',
] as const;

/** Moments of whoever rebuilds a store from its record. */
export const REBUILD_CRASH_POINTS = [
  'rebuild-opened',
  'rebuild-written',
  'rebuild-switched',
] as const;

/** Moments on the way of an event to an endpoint, in their order. */
export const WEBHOOK_CRASH_POINTS = [
  'webhook-making',
  'webhook-made',
  'webhook-taken',
  'webhook-sent',
  'webhook-noted',
] as const;

/** Moments of whoever carries the journal's events elsewhere, in their order. */
export const RELAY_CRASH_POINTS = [
  'relay-claimed',
  'relay-sending',
  'relay-sent',
  'relay-noting',
  'relay-noted',
] as const;

/** Moments of whoever serves a line of waiting buyers. */
export const LINE_CRASH_POINTS = [
  'offer-making',
  'offer-made',
  'line-closing',
  'line-closed',
] as const;

/** Moments behind each commit of a buyer in line. */
export const PLACE_CRASH_POINTS = ['place-taken', 'offer-accepted', 'place-left'] as const;

/** Behind each commit of a return; its refund has those of payments. */
export const RETURN_CRASH_POINTS = ['return-written'] as const;

/** Behind each commit of an import of codes, which has many. */
export const IMPORT_CRASH_POINTS = ['codes-taken'] as const;

/** Moments of whoever carries a launch that has moved through to the orders. */
export const LAUNCH_CRASH_POINTS = ['dates-moved', 'move-noted'] as const;

/** Moments of whoever decides orders whose turn has come. */
export const QUEUE_CRASH_POINTS = ['queue-deciding', 'queue-refused', 'queue-decided'] as const;

/** Of orders whose turns are carried beside the journal: on the way there, and behind what is decided. */
export const TURN_CRASH_POINTS = [
  'turn-carrying',
  'turn-carried',
  'turns-noting',
  'turns-noted',
] as const;

/**
 * Moments of orders and their payments: each commit has one behind it, each question to a provider one
 * before it and one behind. (Before commits and answers stand those of the engines.)
 */
export const ORDER_CRASH_POINTS = [
  'order-made',
  'order-ended',
  'payment-written',
  'before-create',
  'after-create',
  'before-query',
  'after-query',
  'before-capture',
  'after-capture',
  'before-void',
  'after-void',
  'before-refund',
  'after-refund',
  'payment-told',
  'payment-released',
  'callback-heard',
  'callback-taken',
  'turn-given',
  'turn-done',
  'refund-planned',
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
  | (typeof RECOVERY_CRASH_POINTS)[number]
  | (typeof SLOTS_CRASH_POINTS)[number]
  | (typeof SLOTS_RECOVERY_CRASH_POINTS)[number]
  | (typeof RECORD_CRASH_POINTS)[number]
  | (typeof REBUILD_CRASH_POINTS)[number]
  | (typeof WEBHOOK_CRASH_POINTS)[number]
  | (typeof RELAY_CRASH_POINTS)[number]
  | (typeof LINE_CRASH_POINTS)[number]
  | (typeof PLACE_CRASH_POINTS)[number]
  | (typeof RETURN_CRASH_POINTS)[number]
  | (typeof IMPORT_CRASH_POINTS)[number]
  | (typeof LAUNCH_CRASH_POINTS)[number]
  | (typeof QUEUE_CRASH_POINTS)[number]
  | (typeof TURN_CRASH_POINTS)[number]
  | (typeof ORDER_CRASH_POINTS)[number];

/** Dies here, as by `kill -9`, when the environment says so. */
export function crashPoint(name: CrashPoint): void {
  if (name !== NAME) return;
  left -= 1;
  if (left === 0) process.kill(process.pid, SIGNAL);
}

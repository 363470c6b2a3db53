// The states of a return, and the table of what each verb does to each of them.

import type { RefusalCode } from './refusals.ts';

export type ReturnState =
  /** Announced; the buyer still has the units. */
  | 'REQUESTED'
  /** The carrier has them. */
  | 'RETURNING'
  /** Some came in, and none has been inspected. */
  | 'RECEIVED'
  /** Some have been inspected. */
  | 'INSPECTING'
  /** Every unit is accounted for. */
  | 'CLOSED'
  /** Nothing came in: all units stay sold. */
  | 'CANCELLED';

export type ReturnVerbName =
  | 'pickUp'
  /** The carrier did not get rid of it, or did not get it: a note. */
  | 'miss'
  | 'receive'
  /** Verdicts on some units; others are still to come or to be inspected. */
  | 'inspect'
  /** Verdicts on the last ones. */
  | 'inspectLast'
  /** What has not arrived never will; others wait at the dock. */
  | 'lose'
  /** What has not arrived never will, and nothing waits at the dock. */
  | 'loseLast'
  | 'close'
  | 'cancel';

const NOT_RECEIVED = 'return-not-received';
const RECEIVED = 'return-received';
const NOT_INSPECTED = 'return-not-inspected';

function over(code: RefusalCode) {
  return {
    pickUp: code,
    miss: code,
    receive: code,
    inspect: code,
    inspectLast: code,
    lose: code,
    loseLast: code,
    close: code,
    cancel: code,
  } as const;
}

/** For each state and verb the state that follows, or why not. */
export const RETURN_TRANSITIONS: Record<
  ReturnState,
  Record<ReturnVerbName, ReturnState | RefusalCode>
> = {
  REQUESTED: {
    pickUp: 'RETURNING',
    miss: 'REQUESTED',
    receive: 'RECEIVED',
    inspect: NOT_RECEIVED,
    inspectLast: NOT_RECEIVED,
    lose: NOT_RECEIVED,
    loseLast: 'CLOSED',
    close: 'CLOSED',
    cancel: 'CANCELLED',
  },
  RETURNING: {
    pickUp: 'RETURNING',
    miss: 'RETURNING',
    receive: 'RECEIVED',
    inspect: NOT_RECEIVED,
    inspectLast: NOT_RECEIVED,
    lose: NOT_RECEIVED,
    loseLast: 'CLOSED',
    close: 'CLOSED',
    cancel: 'CANCELLED',
  },
  RECEIVED: {
    pickUp: 'RECEIVED',
    miss: 'RECEIVED',
    receive: 'RECEIVED',
    inspect: 'INSPECTING',
    inspectLast: 'CLOSED',
    lose: 'RECEIVED',
    loseLast: NOT_INSPECTED,
    close: NOT_INSPECTED,
    cancel: RECEIVED,
  },
  INSPECTING: {
    pickUp: 'INSPECTING',
    miss: 'INSPECTING',
    receive: 'INSPECTING',
    inspect: 'INSPECTING',
    inspectLast: 'CLOSED',
    lose: 'INSPECTING',
    loseLast: 'CLOSED',
    close: 'CLOSED',
    cancel: RECEIVED,
  },
  CLOSED: over('return-closed'),
  CANCELLED: over('return-cancelled'),
};

export const RETURN_FINAL_STATES: ReadonlySet<string> = new Set<ReturnState>([
  'CLOSED',
  'CANCELLED',
]);

/** In which state a return begins: announced by somebody, or because a parcel came back. */
export const RETURN_BEGINS: readonly ReturnState[] = ['REQUESTED', 'RETURNING'];

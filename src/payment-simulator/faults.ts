// What may go wrong at the simulator, and how often: the settings, their defaults and bounds. What each
// does is where it happens: callbacks in courier.ts, answers in faulty-answers.ts.

/** From and to, both included, in milliseconds. */
export type RangeMs = [number, number];

export interface Faults {
  /** Shares of all, 0 to 1. */
  callbackLost: number;
  callbackDelayed: number;
  callbackDoubled: number;
  callbackReordered: number;
  callbackForged: number;
  answerLost: number;
  answer5xx: number;
  answerSlow: number;
  callbackDelayMs: RangeMs;
  answerSlowMs: RangeMs;
}

export const NO_FAULTS: Readonly<Faults> = {
  callbackLost: 0,
  callbackDelayed: 0,
  callbackDoubled: 0,
  callbackReordered: 0,
  callbackForged: 0,
  answerLost: 0,
  answer5xx: 0,
  answerSlow: 0,
  callbackDelayMs: [100, 2_000],
  answerSlowMs: [100, 2_000],
};

/** What each is, for people. */
export const FAULTS: Readonly<Record<keyof Faults, string>> = {
  callbackLost: 'it is never sent, and taken for delivered',
  callbackDelayed: 'it waits for callbackDelayMs first',
  callbackDoubled: 'it comes twice',
  callbackReordered: 'it waits for a later one of the same payment',
  callbackForged: 'before it comes one that is not ours: altered, badly signed, or too old',
  answerLost: 'the deed is done, then the connection is cut',
  answer5xx: 'a 503, before the deed or after it',
  answerSlow: 'the deed is done, then it waits for answerSlowMs',
  callbackDelayMs: 'from and to',
  answerSlowMs: 'from and to',
};

export const FAULT_NAMES = Object.keys(NO_FAULTS) as (keyof Faults)[];

export function isRange(name: keyof Faults): name is 'callbackDelayMs' | 'answerSlowMs' {
  return name.endsWith('Ms');
}

/** A day: what is later than that is never. */
export const WAIT_MAX_MS = 86_400_000;

/**
 * Reads `callbackLost=0.1` or `answerSlowMs=50-200`, as the command line has it.
 *
 * @throws RangeError with what was expected
 */
export function readFault(text: string): Partial<Faults> {
  const [name = '', value = ''] = text.split('=');
  const known = FAULT_NAMES.find((each) => each === name);
  if (known === undefined) {
    throw new RangeError(`there is no fault "${name}"; there are ${FAULT_NAMES.join(', ')}`);
  }
  if (isRange(known)) return { [known]: readRange(known, value) };
  const rate = /^[\d.]+$/.test(value) ? Number(value) : Number.NaN;
  if (!(rate >= 0 && rate <= 1)) throw new RangeError(`${known} is a share from 0 to 1`);
  return { [known]: rate };
}

function readRange(name: string, value: string): RangeMs {
  const [, from, to] = /^(\d{1,8})-(\d{1,8})$/.exec(value) ?? [];
  const range: RangeMs = [Number(from), Number(to)];
  if (!(range[0] <= range[1] && range[1] <= WAIT_MAX_MS)) {
    throw new RangeError(`${name} is a range of milliseconds, such as 50-200`);
  }
  return range;
}

// The one error that the client throws, for what is no answer: nobody can say what became of a call,
// or the caller gave it up. What the server refuses is a value and never this.

import type { Refusal } from './answer.ts';

export const FAILURES = {
  'outcome-unknown':
    'No answer came in time. The command may have taken effect: send it again under its key.',
  unreachable: 'No answer came in time. Nothing was changed.',
  aborted: 'The call was given up.',
  'unexpected-reply': 'What answered does not speak as a Holdfast server does.',
  refused: 'The server refused to list or to stream.',
} as const;

export type FailureCode = keyof typeof FAILURES;

export interface FailureDetails {
  /** The key that the command was sent under: the same command under it takes effect once. */
  key?: string | undefined;
  /** How often it was sent. */
  attempts?: number;
  /** Whether the command may have taken effect; false for what was only read. */
  mayHaveTakenEffect?: boolean;
  /** What the server said last, if it said anything. */
  refusal?: Refusal | undefined;
  cause?: unknown;
}

/**
 * Thrown where a call has no answer.
 *
 * @example
 * try {
 *   await client.confirm({ reservation });
 * } catch (error) {
 *   if (!(error instanceof HoldfastClientError) || !error.mayHaveTakenEffect) throw error;
 *   // Nobody knows. The same command under the same key finds out, and takes effect once.
 *   await client.confirm({ reservation }, { key: error.key! });
 * }
 */
export class HoldfastClientError extends Error {
  override readonly name = 'HoldfastClientError';
  readonly code: FailureCode;
  readonly key: string | undefined;
  readonly attempts: number;
  readonly mayHaveTakenEffect: boolean;
  readonly refusal: Refusal | undefined;

  constructor(code: FailureCode, details: FailureDetails = {}) {
    const { key, attempts = 0, mayHaveTakenEffect = false, refusal, cause } = details;
    const said = refusal === undefined ? '' : ` It said ${refusal.status} ${refusal.code}.`;
    super(FAILURES[code] + said, cause === undefined ? undefined : { cause });
    this.code = code;
    this.key = key;
    this.attempts = attempts;
    this.mayHaveTakenEffect = mayHaveTakenEffect;
    this.refusal = refusal;
  }
}

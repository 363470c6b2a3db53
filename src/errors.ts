// The one error class. Thrown where a caller can do nothing but try again or mend the set-up; a
// business refusal is a value instead.

import type { JsonObject } from './engines/contract.ts';
import { REFUSALS, type RefusalCode } from './kernel/refusals.ts';

export type FailureCode = Extract<
  RefusalCode,
  'unavailable' | 'disk-full' | 'overloaded' | 'contended'
>;

export class HoldfastError extends Error {
  readonly code: FailureCode;
  readonly details: JsonObject;

  constructor(code: FailureCode, message: string = REFUSALS[code], details: JsonObject = {}) {
    super(message);
    this.name = 'HoldfastError';
    this.code = code;
    this.details = details;
  }
}

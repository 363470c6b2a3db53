// What an error of the database means for a batch: try again, or tell the caller. Knows SQLSTATE codes
// (PostgreSQL manual, appendix A); decides nothing about stock.

import { HoldfastError } from '../../errors.ts';

/** The batch met another one; nothing was written. */
const AGAIN = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '23505', // unique_violation: a document or account that was absent a moment ago
]);

/** Somebody keeps a lock. */
const LOCK_TIMEOUT = '55P03';
const DISK_FULL = '53100';
/** Classes of what passes: connections, resources, an operator; and a transaction that idled too long. */
const PASSES = /^(08|53|57|25P03)/;
/** After these the server hangs up. */
const HANGS_UP = /^(08|57P0|25P03)/;
/** Not `EPIPE`: its classes begin with a digit, or are these. */
const SQLSTATE = /^(\d[0-9A-Z]|F0|HV|P0|XX)[0-9A-Z]{3}$/;
/** A text that the database cannot hold: the fault of one transaction. */
const DATA = /^22/;

interface DatabaseError extends Error {
  code?: string;
}

/** Somebody else keeps a lock for longer than all were to wait. */
export function isLockTimeout(error: unknown): boolean {
  return error instanceof HoldfastError && error.details.lock === true;
}

export function isTriedAgain(error: unknown): boolean {
  return AGAIN.has((error as DatabaseError).code ?? '');
}

/** Whether the connection is of no use any more. Any other answer of the server says that it is whole. */
export function isConnectionError(error: unknown): boolean {
  const { code = '' } = error as DatabaseError;
  return HANGS_UP.test(code) || !SQLSTATE.test(code);
}

/** As callers are told it: typed where the store is at fault, as it is where a transaction is. */
export function failureOf(error: unknown): unknown {
  if (error instanceof HoldfastError) return error;
  const { code = '', message } = error as DatabaseError;
  if (code === LOCK_TIMEOUT) {
    return new HoldfastError('contended', `a lock was not free: ${message}`, { lock: true });
  }
  if (code === DISK_FULL) return new HoldfastError('disk-full', message);
  if (DATA.test(code)) return error;
  if (PASSES.test(code) || !SQLSTATE.test(code)) {
    return new HoldfastError('unavailable', `the database is away: ${message}`);
  }
  return error;
}

/** What to change, for what an opening meets most. */
const OPENING: Record<string, string> = {
  '28P01': 'the name or the password is wrong',
  '28000': 'it lets nobody in under this name',
  '3D000': 'make the database first',
  '25006': 'a store cannot be opened without the right to write',
  '42501':
    'the role needs the schema to be its own, or the right to make it (CREATE on the database)',
};

/** Why a store cannot be opened: whatever the database says is said to the caller, in one line. */
export function openingFailure(error: unknown): unknown {
  const { code = '', message } = error as DatabaseError;
  if (error instanceof HoldfastError || !/^[0-9A-Z]{5}$/.test(code)) return error;
  const advice = OPENING[code];
  const text = advice === undefined ? message : `${message}; ${advice}`;
  return new HoldfastError('unavailable', text);
}

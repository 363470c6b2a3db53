// What an error of Redis means for callers: the store is gone, or full, or one transaction is at fault.
// Knows the words with which error replies begin; decides nothing about stock.

import { ErrorReply } from '@redis/client';
import { HoldfastError } from '../../errors.ts';

/** Error replies of commit.lua: it may not decide, whatever it is asked. */
const FENCED: Record<string, string> = {
  'HOLDFAST-EMPTY': 'Redis has lost this store; it must be rebuilt',
  'HOLDFAST-EPOCH': 'this store was rebuilt; what this server knew of it is over',
  'HOLDFAST-LEASE': 'Redis may not decide at present: nobody has recorded what it decided',
};

/** Redis is at its maxmemory. */
const FULL = 'OOM';
/** Of a command that Redis would not carry out; any other word says that it cannot at present. */
const WRONG = new Set(['ERR', 'WRONGTYPE', 'CROSSSLOT']);

/** As callers are told it: typed where the store is at fault, as it is where a command is. */
export function failureOf(error: unknown): unknown {
  if (error instanceof HoldfastError) return error;
  const { message } = error as Error;
  if (!(error instanceof ErrorReply)) {
    return new HoldfastError('unavailable', `Redis is away: ${message}`);
  }
  const [word = ''] = message.split(' ', 1);
  if (word === FULL) return new HoldfastError('disk-full', 'Redis is at its maxmemory');
  if (WRONG.has(word)) return error;
  const fenced = FENCED[word] ?? `Redis does not work at present: ${message}`;
  return new HoldfastError('unavailable', fenced);
}

/** Redis does not know a function: it has done nothing, and may be told the library again. */
export function lacksLibrary(error: unknown): boolean {
  return error instanceof ErrorReply && /Function not found/i.test(error.message);
}

// What an error of Redis means for callers: the store is gone, or full, or one transaction is at fault.
// Knows the words with which error replies begin; decides nothing about stock.

import { ErrorReply } from '@redis/client';
import { HoldfastError } from '../../errors.ts';

/** The store that was opened is not the one that answers: it has gone, or another one took its place. */
export class StoreLost extends HoldfastError {
  constructor(why: string) {
    super('unavailable', why);
  }
}

const NO_LEASE = 'HOLDFAST-LEASE';
const NOT_DECIDING = 'Redis may not decide at present: nobody has recorded what it decided';
/** Error replies of the script that say so. */
const LOST: Record<string, string> = {
  'HOLDFAST-EMPTY': 'Redis has lost this store; it must be rebuilt',
  'HOLDFAST-EPOCH': 'this store was rebuilt; what this server knew of it is over',
  'HOLDFAST-OLDER': 'Redis has an older state of this store; it must be rebuilt',
};
/**
 * It has become a replica, or its slot of a cluster is another one's: who is master now answers over a new
 * connection, if anybody does.
 */
const OF_OTHERS = ['READONLY', 'MOVED'];

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
  const lost = LOST[word];
  if (lost !== undefined) return new StoreLost(lost);
  const why = word === NO_LEASE ? NOT_DECIDING : `Redis does not work at present: ${message}`;
  return new HoldfastError('unavailable', why);
}

/** Nothing was done, and nothing will be over this connection. */
export function isAnswerOfOther(error: unknown): boolean {
  return (
    error instanceof ErrorReply && OF_OTHERS.some((word) => error.message.startsWith(`${word} `))
  );
}

/** Redis does not know a function: it has done nothing, and may be told the library again. */
export function lacksLibrary(error: unknown): boolean {
  return error instanceof ErrorReply && /Function not found/i.test(error.message);
}

// Which events of a warehouse have taken effect on a return. They stand in the return itself: an event
// that is sent again years later is still known, and two at once meet in its version.

import type { Document, Transaction } from '../engines/contract.ts';
import { invalid } from './check-command.ts';
import { type Plan, planned } from './plan.ts';
import { type ReturnData, returnData } from './return.ts';

/** Each receipt or verdict is about one unit at least; more than this no return needs. */
const SEEN_MAX = 1_000;

export function isSeen(document: Document, event: string): boolean {
  return returnData(document).seen?.includes(event) === true;
}

/** Writes down that an event takes effect with this transaction. */
export function withSeen(transaction: Transaction, event: string): Plan {
  const writes = transaction.writes!.map((write) => {
    if (write.kind !== 'return') return write;
    const { seen = [] } = write.data as unknown as ReturnData;
    return { ...write, data: { ...write.data, seen: [...seen, event] } };
  });
  const isFull = writes.some(
    ({ kind, data }) =>
      kind === 'return' && (data as unknown as ReturnData).seen!.length > SEEN_MAX,
  );
  if (isFull) return invalid('id', `at most ${SEEN_MAX} events for one return`);
  return planned({ ...transaction, writes });
}

// Units come out of quarantine: somebody looked again, and they can be sold, or cannot.

import type { Transaction } from '../engines/contract.ts';
import { accountOf, poolAccounts, poolDocumentId } from './accounts.ts';
import type { ReleaseQuarantineCommand } from './return-commands.ts';

export function releaseQuarantine(command: ReleaseQuarantineCommand): Transaction {
  const { pool, quantity, to, reason } = command;
  const target = to === 'available' ? poolAccounts(pool).released : accountOf(pool, 'written-off');
  const data = { to, quantity, ...(reason === undefined ? {} : { reason }) };
  return {
    guards: [{ document: poolDocumentId(pool), absent: false }],
    moves: [{ legs: [{ from: accountOf(pool, 'quarantined'), to: target }], quantity }],
    events: [{ type: 'stock.unquarantined', subject: pool, data }],
  };
}

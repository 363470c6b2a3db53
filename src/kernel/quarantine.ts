// Units come out of quarantine: somebody looked again, and they can be sold, or cannot.

import type { Transaction } from '../engines/contract.ts';
import { accountOf, poolAccounts, poolDocumentId } from './accounts.ts';
import { UNDIVIDED } from './pool.ts';
import type { ReleaseQuarantineCommand } from './return-commands.ts';
import { releaseSegmentsQuarantine } from './segmented-pool.ts';
import type { Segments } from './segments.ts';

export function releaseQuarantine(
  command: ReleaseQuarantineCommand,
  segments: Segments | undefined,
): Transaction {
  if (segments !== undefined) return releaseSegmentsQuarantine(command, segments);
  const { pool, quantity, to, reason } = command;
  const target = to === 'available' ? poolAccounts(pool).released : accountOf(pool, 'written-off');
  const data = { to, quantity, ...(reason === undefined ? {} : { reason }) };
  return {
    guards: [{ document: poolDocumentId(pool), stateIn: UNDIVIDED }],
    moves: [{ legs: [{ from: accountOf(pool, 'quarantined'), to: target }], quantity }],
    events: [{ type: 'stock.unquarantined', subject: pool, data }],
  };
}

// Pools and the ways that units come in, get lost and change place, outside any reservation.

import type { Document, Transaction } from '../engines/contract.ts';
import { accountOf, limitDocumentId, NO_FLOOR, poolAccounts, poolDocumentId } from './accounts.ts';
import type {
  AdjustCommand,
  PutLimitCommand,
  PutPoolCommand,
  ReceiveCommand,
  TransferCommand,
} from './commands.ts';
import { limitData } from './limits.ts';
import { type Plan, planned } from './plan.ts';
import {
  type PoolData,
  type PoolState,
  poolData,
  poolDocumentData,
  releaseTo,
  UNDIVIDED,
} from './pool.ts';
import { type Refused, refuse } from './refusals.ts';
import { putSegments } from './segmented-pool.ts';

export interface PutPoolFinds {
  found: Document | undefined;
  home?: Document | undefined;
  /** What it has to sell, where that is to be shared out among segments. */
  available?: number | undefined;
}

/** Creates a pool, or changes its place or home. Its product stays. */
export function putPool({ found, home, available }: PutPoolFinds, command: PutPoolCommand): Plan {
  const id = poolDocumentId(command.pool);
  const before = found === undefined ? undefined : poolData(found);
  const product = command.product ?? before?.product ?? command.pool;
  if (before !== undefined && before.product !== product) {
    return refuse('product-mismatch', { pool: command.pool, product: before.product });
  }
  if (before?.sale !== undefined) {
    return refuse('pool-in-sale', { pool: command.pool, sale: before.sale });
  }
  if (command.home !== undefined && command.home !== command.pool) {
    if (home === undefined) return refuse('unknown-pool', { pool: command.home });
    if (poolData(home).product !== product) {
      return refuse('product-mismatch', { pool: command.pool, home: command.home });
    }
  }
  const place = command.place ?? before?.place ?? 'main';
  const data: PoolData = { ...before, product, place };
  if (command.home !== undefined) data.home = command.home;
  if ((command.segments ?? before?.segments) !== undefined) {
    return putSegments({ found, available }, command, data);
  }
  const state = (found?.state ?? 'OPEN') as PoolState;
  const to = releaseTo(state, command.pool, data);
  return planned({
    guards: [found ? { document: id, version: found.version } : { document: id, absent: true }],
    floors: [
      { account: accountOf(command.pool, 'supply'), floor: NO_FLOOR },
      { account: accountOf(command.pool, 'written-off'), floor: NO_FLOOR },
    ],
    writes: [
      {
        id,
        kind: 'pool',
        state,
        data: poolDocumentData(data),
        ...(to === undefined ? {} : { releaseTo: to }),
      },
    ],
    events: [{ type: found ? 'pool.changed' : 'pool.created', subject: command.pool }],
  });
}

/** Units come in from outside. */
export function receive(command: ReceiveCommand): Transaction {
  const { pool, quantity, reference } = command;
  return {
    guards: [{ document: poolDocumentId(pool), stateIn: UNDIVIDED }],
    moves: [
      {
        legs: [{ from: accountOf(pool, 'supply'), to: poolAccounts(pool).available }],
        quantity,
      },
    ],
    events: [
      { type: 'stock.received', subject: pool, ...(reference ? { data: { reference } } : {}) },
    ],
  };
}

/** Units are found (they come in from outside) or lost (they are written off). */
export function adjust(command: AdjustCommand): Transaction {
  const { pool, quantity, reason, upTo } = command;
  const { available } = poolAccounts(pool);
  const found = { from: accountOf(pool, 'supply'), to: available };
  const lost = { from: available, to: accountOf(pool, 'written-off') };
  const size = Math.abs(quantity);
  const partial = quantity < 0 && upTo === true;
  return {
    guards: [{ document: poolDocumentId(pool), stateIn: UNDIVIDED }],
    moves: [
      {
        legs: [quantity > 0 ? found : lost],
        quantity: size,
        ...(partial ? { quantityMin: 1 } : {}),
      },
    ],
    events: [{ type: 'stock.adjusted', subject: pool, ...(reason ? { data: { reason } } : {}) }],
  };
}

/** Units change place within their product. */
export function transfer(
  command: TransferCommand,
  pools: { from: Document | undefined; to: Document | undefined },
): Plan {
  const { from, to, quantity, reference } = command;
  const wrong = wrongTransfer(command, pools);
  if (wrong !== undefined) return wrong;
  return planned({
    guards: [
      { document: poolDocumentId(from), stateIn: UNDIVIDED },
      { document: poolDocumentId(to), stateIn: UNDIVIDED },
    ],
    moves: [
      {
        legs: [{ from: poolAccounts(from).available, to: poolAccounts(to).available }],
        quantity,
      },
    ],
    events: [
      {
        type: 'stock.transferred',
        subject: from,
        data: { to, ...(reference ? { reference } : {}) },
      },
    ],
  });
}

/** Why units cannot go from one pool to another, whatever is there. */
export function wrongTransfer(
  { from, to }: TransferCommand,
  pools: { from: Document | undefined; to: Document | undefined },
): Refused | undefined {
  if (pools.from === undefined) return refuse('unknown-pool', { pool: from });
  if (pools.to === undefined) return refuse('unknown-pool', { pool: to });
  const [source, target] = [poolData(pools.from).product, poolData(pools.to).product];
  return source === target ? undefined : refuse('product-mismatch', { from: source, to: target });
}

/** Creates a purchase limit or changes it; what was counted stays counted. */
export function putLimit(found: Document | undefined, command: PutLimitCommand): Plan {
  const id = limitDocumentId(command.limit);
  return planned({
    guards: [found ? { document: id, version: found.version } : { document: id, absent: true }],
    writes: [{ id, kind: 'limit', state: 'ACTIVE', data: limitData(command) }],
    events: [{ type: found ? 'limit.changed' : 'limit.created', subject: command.limit }],
  });
}

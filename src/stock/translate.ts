// Turns an engine's refusal into the caller's: the engine speaks of accounts and documents, the
// caller of items, limits and reservations.

import type { CommitRefusal, Document } from '../engines/contract.ts';
import { isLimitAccount, limitOf, nameOf, ownerOf } from '../kernel/accounts.ts';
import { LINE_COUNT, LINE_PLACE } from '../kernel/line.ts';
import { poolData } from '../kernel/pool.ts';
import { PRE_SALE } from '../kernel/pre-sale.ts';
import { type RefusalCode, type Refused, refuse } from '../kernel/refusals.ts';
import { wholePool } from '../kernel/segments.ts';
import { ORDER_IN_PROGRESS } from '../kernel/stakes.ts';
import { voucherRefusal } from '../kernel/voucher.ts';

/** Counts of the product's own that refuse as a limit does. */
const NOT_LIMITS: Readonly<Record<string, RefusalCode>> = {
  [ORDER_IN_PROGRESS]: 'order-in-progress',
  [LINE_COUNT]: 'line-full',
  [LINE_PLACE]: 'already-waiting',
  [PRE_SALE]: 'insufficient-stock',
};

export function translate(refusal: CommitRefusal): Refused {
  switch (refusal.code) {
    case 'request-reused':
      return refuse('key-reused', { key: refusal.first.request!.key, at: refusal.first.atMs });
    case 'seq':
      return refuse('stale-version', { pool: wholePool(refusal.owner), version: refusal.found });
    case 'balance-range':
      return refuse('balance-range', { pool: wholePool(ownerOf(refusal.account)) });
    case 'insufficient':
      return insufficient(refusal);
    case 'document':
      return document(refusal.document, refusal.found);
  }
}

function insufficient(refusal: Extract<CommitRefusal, { code: 'insufficient' }>): Refused {
  const { account, available, move } = refusal;
  const owner = ownerOf(account);
  if (isLimitAccount(account)) {
    const code = NOT_LIMITS[limitOf(account)];
    if (code !== undefined) return refuse(code);
    const voucher = voucherRefusal(account);
    if (voucher !== undefined) return voucher;
    return refuse('limit-exceeded', { limit: limitOf(account), remaining: available });
  }
  const details = { pool: wholePool(owner), available, account: nameOf(account) };
  return refuse('insufficient-stock', move < 0 ? details : { ...details, line: move });
}

function document(id: string, found: Document | undefined): Refused {
  if (id.startsWith('pool:')) {
    const pool = id.slice('pool:'.length);
    if (found === undefined) return refuse('unknown-pool', { pool });
    if (found.state === 'SEGMENTED') return refuse('pool-segmented', { pool });
    const { sale } = poolData(found);
    if (found.state === 'IN_SALE') return refuse('pool-in-sale', { pool, sale: sale! });
    return refuse('pool-closed', { pool, state: found.state });
  }
  if (id.startsWith('limit:')) return refuse('unknown-limit', { limit: id.slice(6) });
  if (found === undefined) return refuse('unknown-reservation', { reservation: id });
  return refuse('contended', { document: id });
}

// Shares of a pool out with nodes, for tests: opens leases, sells from them, and proves that the
// journal, the balances and the claims agree afterwards.

import assert from 'node:assert/strict';
import { newId } from '../../src/ids.ts';
import type { Sale } from '../../src/kernel/lease-commands.ts';
import { verify } from '../../src/verify/verify.ts';
import { accepted, type Shop } from './shop.ts';

export const LEASE_MS = 10_000;

/** The id of a lease of so many units. */
export async function leaseOf(
  shop: Shop,
  pool: string,
  quantity: number,
  leaseForMs: number | undefined = LEASE_MS,
): Promise<string> {
  const command = { node: 'till-1', pool, quantity };
  return accepted(await shop.stock.leases.open({ ...command, leaseForMs })).id;
}

/** A lease of an offline till, which has no end. */
export async function offlineLease(shop: Shop, pool: string, quantity: number): Promise<string> {
  return accepted(await shop.stock.leases.open({ node: 'till-1', pool, quantity })).id;
}

export function saleOf(pool: string, quantity: number, buyer?: string): Sale {
  return { id: newId(), lines: [{ pool, quantity }], ...(buyer === undefined ? {} : { buyer }) };
}

/** What became of one sale: `recorded`, or the code that it was refused with. */
export async function outcomeOf(shop: Shop, lease: string, sale: Sale): Promise<string> {
  const { results } = accepted(await shop.stock.leases.record({ lease, sales: [sale] }));
  const [result] = results;
  assert.equal(results.length, 1);
  return result!.ok ? 'recorded' : result!.code;
}

export async function assertSound(shop: Shop): Promise<void> {
  const report = await verify(shop.engine);
  assert.deepEqual(report.problems, []);
}

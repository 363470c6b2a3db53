// What a node has sold of its leases becomes ordinary confirmed reservations: leased units become sold
// ones, and count under purchase limits as if they had been reserved here. A lease that has ended
// records nothing more, so that a node that comes late cannot sell what others may have by now.

import type { DocumentWrite, Move, MoveClaim, Transaction } from '../engines/contract.ts';
import { accountOf, poolAccounts } from './accounts.ts';
import {
  type LeaseHolding,
  leaseClaim,
  leaseData,
  leaseTransition,
  leftOf,
  nextLease,
} from './lease.ts';
import type { Sale } from './lease-commands.ts';
import { leaseGuard } from './lease-verbs.ts';
import { type Plan, planned } from './plan.ts';
import { type Refused, refuse } from './refusals.ts';
import { asJson, ownersOf, type ReservationData } from './reservation.ts';
import { countLimits, type ReserveContext } from './reserve.ts';

export interface SalesContext extends Omit<ReserveContext, 'id'> {
  /** The leases that the sales name, those that exist. */
  leases: ReadonlyMap<string, LeaseHolding>;
  /** Recorded past the limits that cover it, because it has happened. */
  overLimit: boolean;
}

/** A sale whose lines all say which lease they are of. */
export interface LeasedSale extends Sale {
  lines: { pool: string; quantity: number; lease: string }[];
}

/** Plans the sales in one step: all of them or none. */
export function recordSales(sales: readonly LeasedSale[], context: SalesContext): Plan {
  const taken = new Map<string, number>();
  for (const sale of sales) {
    const refused = take(sale, taken, context.leases);
    if (refused !== undefined) return refused;
  }
  const parts: Transaction[] = [];
  for (const sale of sales) {
    const plan = recordSale(sale, context);
    if (!plan.ok) return plan;
    parts.push(plan.transaction);
  }
  const whole = combined(parts);
  for (const [id, quantity] of taken) {
    const holding = context.leases.get(id)!;
    const data = leaseData(holding.document);
    const left = leftOf(holding.document) - quantity;
    const sold = { ...data, sold: data.sold + quantity };
    whole.guards!.unshift(leaseGuard(holding));
    whole.writes!.push(nextLease(holding.document, 'ACTIVE', { data: sold, left }));
    whole.events.push({ type: 'lease.recorded', subject: id, data: { quantity } });
  }
  return planned(whole);
}

/** Counts what a sale takes of each lease; refuses what a lease no longer gives. */
function take(
  sale: LeasedSale,
  taken: Map<string, number>,
  leases: SalesContext['leases'],
): Refused | undefined {
  for (const { pool, quantity, lease } of sale.lines) {
    const holding = leases.get(lease);
    if (holding === undefined) return refuse('unknown-lease', { lease, sale: sale.id });
    const next = leaseTransition(holding, 'record');
    if (!next.ok) return { ...next, details: { ...next.details, sale: sale.id } };
    if (leaseData(holding.document).pool !== pool) {
      return refuse('invalid-request', { field: 'lines', expected: `units of lease ${lease}` });
    }
    const so = (taken.get(lease) ?? 0) + quantity;
    const left = leftOf(holding.document);
    if (so > left) return refuse('quantity-exceeds-lease', { lease, sale: sale.id, left });
    taken.set(lease, so);
  }
  return undefined;
}

function recordSale(sale: LeasedSale, context: SalesContext): Plan {
  const { id, lines } = sale;
  const write: DocumentWrite = {
    id,
    kind: 'reservation',
    state: 'CONFIRMED',
    data: asJson(dataOf(sale, context)),
    owners: ownersOf(lines),
    claims: lines.map(({ pool }, move) => ({ move, leg: 0, undo: poolAccounts(pool).released })),
    final: true,
  };
  if (sale.buyer !== undefined) write.buyer = sale.buyer;
  if (sale.reference !== undefined) write.reference = sale.reference;
  const transaction: Transaction = {
    guards: [{ document: id, absent: true }],
    moves: lines.map(({ pool, quantity }) => ({
      legs: [{ from: leaseClaim(pool, 0).account, to: accountOf(pool, 'sold') }],
      quantity,
    })),
    writes: [write],
    events: [{ type: 'reservation.confirmed', subject: id }],
  };
  if (context.overLimit) return planned(transaction);
  return countLimits(transaction, sale, { ...context, id });
}

function dataOf(sale: LeasedSale, { nowMs, leases, overLimit }: SalesContext): ReservationData {
  const { lines, soldAtMs, metadata } = sale;
  const { node } = leaseData(leases.get(lines[0]!.lease)!.document);
  const data: ReservationData = {
    lines: lines.map(({ pool, quantity }) => ({ pool, asked: quantity, granted: quantity })),
    capAtMs: nowMs,
    sale: { node, leases: lines.map(({ lease }) => lease) },
  };
  if (soldAtMs !== undefined) data.sale!.soldAtMs = soldAtMs;
  if (overLimit) data.sale!.overLimit = true;
  if (metadata !== undefined) data.metadata = metadata;
  return data;
}

/** Several transactions as one; claims on moves follow their moves to their new places. */
function combined(parts: readonly Transaction[]): Transaction {
  const moves: Move[] = [];
  const writes: DocumentWrite[] = [];
  for (const part of parts) {
    const before = moves.length;
    moves.push(...part.moves!);
    for (const write of part.writes!) {
      const claims = write.claims?.map((claim) =>
        'move' in claim ? ({ ...claim, move: claim.move + before } satisfies MoveClaim) : claim,
      );
      writes.push(claims === undefined ? write : { ...write, claims });
    }
  }
  const floors = parts.flatMap((part) => part.floors ?? []);
  return {
    guards: parts.flatMap((part) => part.guards!),
    ...(floors.length > 0 ? { floors } : {}),
    moves,
    writes,
    events: parts.flatMap(({ events }) => events),
  };
}

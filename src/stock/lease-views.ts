// What a caller is told of leases and of the sales that were recorded on them.

import type { Decided, Document, DocumentId } from '../engines/contract.ts';
import { type Lease, type LeaseState, viewLease } from '../kernel/lease.ts';
import type { LeasedSale } from '../kernel/lease-sales.ts';
import type { Refused } from '../kernel/refusals.ts';
import { type Reservation, reservationData } from '../kernel/reservation.ts';

/** A lease after a command, and the units that it moved. */
export interface LeaseMoved extends Lease {
  moved: number;
}

/** What became of one sale. `overLimit`: it was recorded past a limit, because it had happened. */
export type SaleResult =
  | { sale: string; ok: true; repeated: boolean; overLimit: boolean; reservation: Reservation }
  | ({ sale: string } & Refused);

export interface Recorded {
  /** As it stands after it. */
  lease: Lease;
  /** One for each sale, in their order. */
  results: SaleResult[];
}

export interface LeaseQuery {
  node?: string;
  pool?: string;
  status?: LeaseState;
  /** Only ids below this one: `next` of the page before. */
  before?: DocumentId;
  /** Default 50. */
  limit?: number;
}

export interface LeasePage {
  leases: Lease[];
  /** The journal's position that the page is as of. */
  asOf: number;
  /** Pass as `before` to get the next page; missing on the last. */
  next?: string;
}

export function viewLeaseMoved(entry: Decided): LeaseMoved {
  const document = entry.documents.find(({ kind }) => kind === 'lease')!;
  const moved = entry.granted.reduce((sum, quantity) => sum + quantity, 0);
  // As it was answered: at the moment of the entry it was not due.
  return { ...viewLease(document, 0), moved };
}

/** Whether a reservation is what became of this very sale. */
export function isRecorded(found: Document, sale: LeasedSale): boolean {
  if (found.kind !== 'reservation') return false;
  const { lines, sale: sold } = reservationData(found);
  return (
    sold !== undefined &&
    lines.length === sale.lines.length &&
    sale.lines.every(
      ({ pool, quantity, lease }, index) =>
        lines[index]!.pool === pool &&
        lines[index]!.asked === quantity &&
        sold.leases[index] === lease,
    )
  );
}

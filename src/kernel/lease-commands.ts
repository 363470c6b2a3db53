// What may be asked of a lease, as plain data: a share of a pool that a node sells near the buyer.
// Shapes only; bounds are in check-lease.ts, effects in lease-verbs.ts and lease-sales.ts.

import type { JsonObject, PoolId } from '../engines/contract.ts';
import type { QuantityLine } from './commands.ts';

export interface LeaseCommand {
  /** Who sells the share: 1 to 128 characters. */
  node: string;
  pool: PoolId;
  quantity: number;
  /** Take as many as there are, at least this many (1 to `quantity`). */
  quantityMin?: number;
  /**
   * How long the share stays the node's unless it is renewed, in ms. Without it the lease has no end:
   * an offline till, whose units stay out until it reports or a person writes them off.
   */
  leaseForMs?: number;
}

export interface LeaseVerb {
  lease: string;
}

export interface TopUpCommand extends LeaseVerb {
  quantity: number;
  quantityMin?: number;
}

export interface RenewCommand extends LeaseVerb {
  /** From now, in ms. Default: as the lease was made. */
  leaseForMs?: number;
}

export interface GiveBackCommand extends LeaseVerb {
  /** Without it everything, and the lease is closed. */
  quantity?: number;
}

export interface WriteOffCommand extends LeaseVerb {
  /** Where the units go that nobody reported. */
  to: 'written-off' | 'available';
  reason?: string;
}

export interface SaleLine extends QuantityLine {
  /** The lease that the units were sold from. Default: the one that is reported to. */
  lease?: string;
}

/** What a node has sold. */
export interface Sale {
  /** The id of its reservation, a UUID made by the node: the same sale under it takes effect once. */
  id: string;
  lines: SaleLine[];
  buyer?: string;
  reference?: string;
  metadata?: JsonObject;
  /** When it was sold, by the till's clock. */
  soldAtMs?: number;
}

export interface RecordCommand extends LeaseVerb {
  /** 1 to 1,000, each on its own. */
  sales: Sale[];
}

export interface SettleCommand extends LeaseVerb {
  /** What was not reported yet. */
  sales?: Sale[];
}

// What the client is asked for, as plain data: the commands of the library in the notation of the
// HTTP API, durations as text (`15m`, `PT15M`) and times as ISO 8601 or Date. Types only.

import type * as commands from '../kernel/commands.ts';
import type { LeaseState } from '../kernel/lease.ts';
import type * as leases from '../kernel/lease-commands.ts';
import type { ReservationState } from '../kernel/reservation.ts';

export interface ReserveRequest extends Omit<commands.ReserveCommand, 'holdForMs' | 'holdCapMs'> {
  /** How long the units are set aside. Default 15 minutes. */
  holdFor?: string;
  /** How long all extensions together may keep them. Default: an hour, or the hold. */
  holdCap?: string;
}

export interface ExtendRequest extends commands.ReservationVerb {
  /** From now on. */
  holdFor: string;
}

export interface PutLimitRequest extends Omit<commands.PutLimitCommand, 'windowMs'> {
  /** Counts what was reserved within this time. Only per buyer, not with `period`. */
  window?: string;
}

export interface LeaseRequest extends Omit<leases.LeaseCommand, 'leaseForMs'> {
  /** How long the share stays the node's. Without it: until it is settled or written off. */
  leaseFor?: string;
}

export interface RenewRequest extends leases.LeaseVerb {
  /** From now. Default: as the lease was made. */
  leaseFor?: string;
}

export interface SaleRequest extends Omit<leases.Sale, 'soldAtMs'> {
  /** When it was sold, by the till's clock. */
  soldAt?: string;
}

export interface RecordRequest extends leases.LeaseVerb {
  sales: SaleRequest[];
}

export interface SettleRequest extends leases.LeaseVerb {
  sales?: SaleRequest[];
}

export type {
  AdjustCommand as AdjustRequest,
  CancelCommand as CancelRequest,
  ChangeCommand as ChangeRequest,
  ConfirmCommand as ConfirmRequest,
  PutPoolCommand as PutPoolRequest,
  ReceiveCommand as ReceiveRequest,
  ReturnCommand as ReturnRequest,
  TransferCommand as TransferRequest,
} from '../kernel/commands.ts';
export type {
  GiveBackCommand as GiveBackRequest,
  TopUpCommand as TopUpRequest,
  WriteOffCommand as WriteOffRequest,
} from '../kernel/lease-commands.ts';

/** How much of a list one request brings; iterators go on where it ended. */
export interface PageSize {
  limit?: number;
}

export interface PoolQuery extends PageSize {
  /** Only pools whose ids start like this. */
  prefix?: string;
  /** `next` of the page before. */
  cursor?: string;
}

export interface ReservationQuery extends PageSize {
  buyer?: string;
  status?: ReservationState;
  pool?: string;
  reference?: string;
  /** `next` of the page before. */
  cursor?: string;
}

export interface LeaseQuery extends PageSize {
  node?: string;
  pool?: string;
  status?: LeaseState;
  /** `next` of the page before. */
  cursor?: string;
}

export interface JournalQuery extends PageSize {
  /** Entries behind this position. Default 0: all. */
  after?: number;
}

export interface EventQuery {
  /** Only what has to do with one of these pools. Default: all. */
  pools?: readonly string[];
  /** The position that the caller knows: what has changed since is told, or all anew. */
  after?: number;
}

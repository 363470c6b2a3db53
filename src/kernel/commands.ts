// What a caller may ask for, as plain data. Shapes and defaults; bounds are in check-command.ts, effects in
// the file of each verb.

import type { JsonObject, PoolId } from '../engines/contract.ts';

/** How long units are set aside when nobody says. */
export const HOLD_DEFAULT_MS = 15 * 60_000;
/** How long all extensions together may keep them then. */
export const HOLD_CAP_DEFAULT_MS = 60 * 60_000;

export interface LineCommand {
  pool: PoolId;
  /** Whole units, 1 to 1,000,000,000. */
  quantity: number;
  /** Take as many as there are, at least this many (0 to `quantity`). */
  quantityMin?: number;
}

export interface ReserveCommand {
  /** 1 to 5,000 lines; the same pool may stand on several. */
  lines: LineCommand[];
  buyer?: string;
  /** How long the units are set aside, in ms. Default 15 minutes. */
  holdForMs?: number;
  /** How long all extensions together may keep them, in ms from now. Default: an hour, or the hold. */
  holdCapMs?: number;
  /** The caller's own name for it (an order number). */
  reference?: string;
  /** Up to 2 KB of JSON, kept as it is. */
  metadata?: JsonObject;
}

export interface QuantityLine {
  pool: PoolId;
  quantity: number;
}

export interface ReservationVerb {
  reservation: string;
}

export interface ConfirmCommand extends ReservationVerb {
  /** What to keep, at most what is held; the rest is released. Without it everything. */
  lines?: QuantityLine[];
}

export type CancelCommand = ReservationVerb;

export interface ExtendCommand extends ReservationVerb {
  /** From now, in ms. A deadline never moves forward to an earlier time. */
  holdForMs: number;
}

export interface ChangeCommand extends ReservationVerb {
  /** The whole cart as it should be; what is not named is released. */
  lines: QuantityLine[];
}

export interface ReturnCommand extends ReservationVerb {
  lines: QuantityLine[];
}

export interface PutPoolCommand {
  pool: PoolId;
  product?: string;
  place?: string;
  home?: PoolId;
  /** Sells it from so many pools that are seen as one, 1 to 64. */
  segments?: number;
}

export interface ReceiveCommand {
  pool: PoolId;
  quantity: number;
  reference?: string;
}

export interface AdjustCommand {
  pool: PoolId;
  /** Found (positive) or lost (negative) units; lost ones are written off. */
  quantity: number;
  reason?: string;
  /** Lose as many as are there, if that is fewer. */
  upTo?: boolean;
}

export interface TransferCommand {
  from: PoolId;
  to: PoolId;
  quantity: number;
  reference?: string;
}

export type LimitScope = 'all' | { pools: PoolId[] } | { products: string[] };

export type CalendarPeriod = 'day' | 'week' | 'month' | 'year';

export interface PutLimitCommand {
  limit: string;
  per: 'order' | 'buyer';
  scope: LimitScope;
  quantityMax: number;
  /** Counts anew each calendar period, in `timeZone` (default UTC). Only per buyer. */
  period?: CalendarPeriod;
  timeZone?: string;
  /** Counts what was reserved within the last so many ms. Only per buyer, not with `period`. */
  windowMs?: number;
  /** A returned unit may be bought again. Default false. */
  returnsGiveBack?: boolean;
}

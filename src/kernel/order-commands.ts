// What a caller may ask of orders, as plain data, and what a shop lays down for them. Bounds are in
// check-order.ts, effects in the file of each verb.

import type { JsonObject } from '../engines/contract.ts';
import type { LineCommand, QuantityLine } from './commands.ts';
import type { Money } from './money.ts';
import type { DeductWhen } from './order.ts';

export interface OrderLineCommand extends LineCommand {
  /** Of one unit, in minor units of the order's `currency`. All lines have one, or none has. */
  unitPrice?: number;
}

export interface OrderCommand {
  /** 1 to 5,000 lines; the same pool may stand on several. */
  lines: OrderLineCommand[];
  buyer?: string;
  /** Where it was sold: its policy applies. Default `default`. */
  channel?: string;
  /** Of the lines' prices. */
  currency?: string;
  /** What must be paid, where the lines have no prices. */
  total?: Money;
  /** Codes of vouchers, each of another campaign; all of them are given to it, or it is refused. */
  vouchers?: string[];
  /** It is paid in stages, under this plan, and its units are held meanwhile. */
  plan?: string;
  /** The sale in which it is bought, and whose pools its lines name. */
  sale?: string;
  /** The id of the pass that lets its buyer in, where the sale has a waiting room; becomes the order's. */
  pass?: string;
  /** What counts for the address it comes from, where the sale has a limit for each: a keyed hash, never the address. */
  addressKey?: string;
  /** How long it may stay unpaid, in ms. Default: as the policy says. */
  holdForMs?: number;
  /** The caller's own name for it (an order number). */
  reference?: string;
  /** Up to 2 KB of JSON, kept as it is. */
  metadata?: JsonObject;
}

export interface OrderVerb {
  order: string;
}

export interface VoucherCommand extends OrderVerb {
  code: string;
}

export interface CancelOrderCommand extends OrderVerb {
  reason?: string;
  /** Who ends it: money of a pre-order goes back as its plan says (default), or all of it. */
  by?: 'buyer' | 'shop';
}

/** Packed, shipped, delivered: with whatever the carrier calls it. */
export interface FulfilCommand extends OrderVerb {
  /** A parcel's number, a receipt. */
  reference?: string;
}

export interface PaidCommand extends FulfilCommand {
  /** Of a pre-order: which stage was paid. */
  stage?: string;
}

export type { QuantityLine };

/** What a shop lays down for the orders of a channel (`default` for those without one). */
export interface OrderPolicyCommand {
  channel: string;
  /** When units leave stock. Default `on-order`. */
  deduct?: DeductWhen;
  /** How long an order may stay unpaid, in ms. Default 15 minutes. */
  holdForMs?: number;
  /** How much longer its units are kept once its payment has begun, in ms, once. Default 15 minutes. */
  paymentForMs?: number;
  /**
   * Orders in progress that a buyer may have: any number; `one`, another is refused; `latest`, another
   * takes the place of the first.
   */
  inProgress?: 'any' | 'one' | 'latest';
  /** A payment that failed for good ends the order (default), or the buyer may try again until its time is over. */
  onPaymentFailed?: 'cancel' | 'wait';
  /** Orders are decided at once (default), or taken down and decided in the order in which they came. */
  decides?: 'at-once' | 'queue';
  /** How long an order may wait for its turn, in ms. Default 10 minutes. */
  queueForMs?: number;
  /** Money is taken at once, or once the units are sold (default). */
  capture?: 'automatic' | 'manual';
}

export const PAYMENT_FOR_DEFAULT_MS = 15 * 60_000;
export const QUEUE_FOR_DEFAULT_MS = 10 * 60_000;
export const DEFAULT_CHANNEL = 'default';

// An order as it is kept. Its units stand in the claims of its reservation, which also has the deadline
// of an unpaid one; its money stands in its payments. The verbs themselves have a file each.

import type { Document, DocumentId, DocumentWrite, JsonObject } from '../engines/contract.ts';
import type { LineCommand } from './commands.ts';
import type { Money } from './money.ts';
import {
  ORDER_TRANSITIONS,
  type OrderState,
  type OrderVerbName,
  RESTING_STATES,
} from './order-states.ts';
import { isDue } from './overlay.ts';
import type { PreSold } from './pre-sale.ts';
import { exactly, type OrderPlan } from './preorder.ts';
import { type RefusalCode, type Refused, refuse } from './refusals.ts';
import { asJson } from './reservation.ts';
import type { StakeData } from './stakes.ts';

/** When an order's units leave stock: with the order, or once it is paid. */
export type DeductWhen = 'on-order' | 'on-payment';

/** An amount that a voucher or an agreement takes off. */
export interface Discount {
  /** The voucher's code, or what else it is called. */
  code: string;
  campaign?: string;
  /** Minor units, or a share of the prices in basis points (1,000 is a tenth), rounded down. */
  amount?: number;
  basisPoints?: number;
  /** What the share comes to at most. */
  amountMax?: number;
}

/** What an order asked for that only its turn decides: its vouchers, its plan, the least of each line. */
export interface AskedInQueue {
  vouchers?: string[];
  plan?: string;
  least?: (number | null)[];
}

/** In whose line an order waits. */
export interface QueuedTurn {
  /** The product of its first line. */
  of: string;
  /** Not in the journal, but in what carries turns beside it. */
  carried?: true;
}

export interface OrderData {
  /** Whose claims its units are. Missing while units are taken on payment and none is paid yet. */
  reservation?: DocumentId;
  /** What was asked for, while there is no reservation. */
  lines?: LineCommand[];
  /** What must be paid, where the lines have no prices. */
  total?: Money;
  /** The price of one unit of each line, in minor units of `currency`. */
  prices?: number[];
  currency?: string;
  /** Taken off the prices or the total, newest last. */
  discounts?: Discount[];
  /** Kept until there is a reservation. */
  holdForMs?: number;
  /** Of one that waits for its turn: in whose line. */
  turn?: QueuedTurn;
  /** Of one that waits for its turn: what else was asked for. */
  asked?: AskedInQueue;
  channel?: string;
  /** The sale in which it was bought. */
  sale?: string;
  /** What counted there for the address that it came from. */
  addressKey?: string;
  /** It was taken before its units are there. */
  preSold?: PreSold;
  /** A payment has begun once: its units are kept longer no more. */
  payBegan?: true;
  /** Payments that are not settled, newest last. */
  openPayments?: DocumentId[];
  /** The payment that paid for it. */
  paidBy?: DocumentId;
  /** Returns that are under way, newest last. */
  openReturns?: DocumentId[];
  /** What its returns that are closed want refunded, in all. */
  refundWanted?: Money;
  /** The full price of what they took back; units, where the lines have no prices. */
  returnedValue?: number;
  /** The stages in which it is paid, where it is a pre-order. */
  plan?: OrderPlan;
  /** Another order took its place: it can no longer be paid. */
  supersededBy?: DocumentId;
  /** Why it ended, or is being refunded. */
  reason?: string;
  /** The states before this one, each with the moment since when, in ms. */
  history?: [OrderState, number][];
  /** Since when it is in its state, where another version was written in the same one. */
  sinceMs?: number;
  metadata?: JsonObject;
  /** While it has no reservation: what its claims are (its vouchers). */
  stakes?: StakeData[];
  /** How often it was taken to be worked on (see turns.ts). */
  turns?: number;
}

/** An order with the moment up to which deadlines have passed. */
export interface OrderHolding {
  document: Document;
  dueMs: number;
}

export function orderData(document: Document): OrderData {
  return document.data as unknown as OrderData;
}

/** States in which an order has a deadline of its own and holds no units. */
export const UNDECIDED: ReadonlySet<string> = new Set(['QUEUED', 'PENDING']);

/** The state that a verb leads to, or the refusal that the table names. */
export function orderTransition(
  { document, dueMs }: OrderHolding,
  verb: OrderVerbName,
): { ok: true; state: OrderState } | Refused {
  const isOver = verb !== 'expire' && UNDECIDED.has(document.state) && isDue(document, dueMs);
  const state = isOver ? 'EXPIRED' : (document.state as OrderState);
  const next = ORDER_TRANSITIONS[state][verb];
  if (next in ORDER_TRANSITIONS) return { ok: true, state: next as OrderState };
  return refuse(next as RefusalCode, { order: document.id, orderStatus: state });
}

/** The next version of an order, in its new state; the one before goes into its history. */
export function nextOrder(document: Document, state: OrderState, patch: Partial<OrderData> = {}) {
  const { id, kind, buyer, reference, owners, claims } = document;
  const { sinceMs = document.updatedAtMs, ...before } = orderData(document);
  const data: OrderData = { ...before, ...patch };
  if (state === document.state) data.sinceMs = sinceMs;
  else data.history = [...(before.history ?? []), [document.state as OrderState, sinceMs]];
  const write: DocumentWrite = { id, kind, state, data: asJson(data) };
  if (buyer !== undefined) write.buyer = buyer;
  if (reference !== undefined) write.reference = reference;
  if (owners !== undefined) write.owners = owners;
  if (claims.length > 0) write.claims = claims;
  // A buyer who is to be reminded: see reminder.ts.
  const { remindAtMs } = data.plan ?? {};
  if (state === 'RESERVED' && remindAtMs !== undefined) write.deadline = exactly(remindAtMs);
  if (RESTING_STATES.has(state) && (data.openPayments ?? []).length === 0) write.final = true;
  return write;
}

/** What must be paid for so many units of each line; undefined where somebody else sees to it. */
export function orderTotal(data: OrderData, quantities: readonly number[]): Money | undefined {
  const full = fullPrice(data, quantities);
  if (full === undefined) return undefined;
  const { amount, currency } = full;
  const left = (data.discounts ?? []).reduce((rest, one) => rest - takenOff(one, amount), amount);
  return { amount: Math.max(0, left), currency };
}

/** What so many units of each line cost before anything is taken off. */
export function fullPrice(
  { prices, currency, total }: Pick<OrderData, 'prices' | 'currency' | 'total'>,
  quantities: readonly number[],
): Money | undefined {
  if (prices === undefined || currency === undefined) return total;
  const amount = prices.reduce((sum, price, line) => sum + price * (quantities[line] ?? 0), 0);
  return { amount, currency };
}

/** Minor units. A share is taken of the prices in full, whatever else is taken off. */
function takenOff({ amount = 0, basisPoints = 0, amountMax }: Discount, full: number): number {
  // In two parts: the product of both may leave the range of whole numbers.
  const share =
    Math.floor(full / 10_000) * basisPoints + Math.floor(((full % 10_000) * basisPoints) / 10_000);
  return amount + Math.min(share, amountMax ?? share);
}

/** What an order's document is guarded by: whoever planned on it saw this version. */
export function orderGuard({ id, version }: Document) {
  return { document: id, version };
}

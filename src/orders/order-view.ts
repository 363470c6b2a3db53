// An order as a caller sees it: its state, what it holds, what must be paid, what happened to it. Reads
// documents only.

import type { Document, DocumentId, JsonObject } from '../engines/contract.ts';
import type { Money } from '../kernel/money.ts';
import {
  type Discount,
  type OrderData,
  orderData,
  orderTotal,
  UNDECIDED,
} from '../kernel/order.ts';
import { DEFAULT_CHANNEL } from '../kernel/order-commands.ts';
import { NO_TURN } from '../kernel/order-expiry.ts';
import type { OrderState } from '../kernel/order-states.ts';
import { isDue } from '../kernel/overlay.ts';
import type { PreSold } from '../kernel/pre-sale.ts';
import { type Reservation, type ReservationLine, viewReservation } from '../kernel/reservation.ts';
import { type OrderPlanView, viewOrderPlan } from './plan-view.ts';

export interface OrderStep {
  status: OrderState;
  atMs: number;
}

export interface OrderLine extends ReservationLine {
  unitPrice?: number;
}

export interface Order {
  id: string;
  status: OrderState;
  version: number;
  lines: OrderLine[];
  channel: string;
  reservation?: DocumentId;
  /** The sale in which it was bought. */
  sale?: string;
  buyer?: string;
  reference?: string;
  metadata?: JsonObject;
  /** What must be paid, if anything. */
  total?: Money;
  currency?: string;
  discounts?: Discount[];
  /** Payments that are not settled. */
  openPayments?: DocumentId[];
  /** The payment that paid for it. */
  paidBy?: DocumentId;
  /** Returns that are under way. */
  openReturns?: DocumentId[];
  /** What its returns that are closed want refunded, in all. */
  refundWanted?: Money;
  /** Its stages, where it is a pre-order. */
  plan?: OrderPlanView;
  /** It was taken before its units were there. */
  preSold?: PreSold;
  /** They are not there yet. */
  awaitsStock?: true;
  /** It waits for its turn. */
  queued?: true;
  /** The product among whose orders it does. */
  turnOf?: string;
  reason?: string;
  supersededBy?: DocumentId;
  /** States that it was in, the present one last, each with the moment since when. */
  history: OrderStep[];
  createdAtMs: number;
  updatedAtMs: number;
  /** While it waits to be paid: when its time is over. */
  expiresAtMs?: number;
}

/** Shows an order as of `dueMs`: one whose time is over has expired, tidied up or not. */
export function viewOrder(document: Document, units: Document | undefined, dueMs: number): Order {
  const data = orderData(document);
  const reservation = units && viewReservation(units, dueMs);
  const over = isOver(document, units, dueMs);
  const status = over ? 'EXPIRED' : shownAs(document.state as OrderState);
  const view: Order = {
    id: document.id,
    status,
    version: document.version,
    lines: linesOf(data, reservation),
    channel: data.channel ?? DEFAULT_CHANNEL,
    history: historyOf(document, data, over ? expiresAt(document, units)! : undefined),
    createdAtMs: document.createdAtMs,
    updatedAtMs: document.updatedAtMs,
  };
  const { buyer, reference } = document;
  const total = orderTotal(
    data,
    view.lines.map(({ quantity }) => quantity),
  );
  const expiresAtMs = expiresAt(document, units);
  // One by one: as one object made of spread ones this took 240 ns, and now 126.
  if (buyer !== undefined) view.buyer = buyer;
  if (reference !== undefined) view.reference = reference;
  if (total !== undefined) view.total = total;
  if (expiresAtMs !== undefined) view.expiresAtMs = expiresAtMs;
  if (document.state === 'QUEUED') addTurn(view, data);
  if (data.plan !== undefined) view.plan = viewOrderPlan(data.plan, status);
  addKept(view, data);
  if (data.preSold !== undefined) addStock(view, data.preSold);
  return view;
}

function addStock(view: Order, { stocked, ...preSold }: PreSold): void {
  view.preSold = preSold;
  if (stocked !== true && !ENDED.has(view.status)) view.awaitsStock = true;
}

const ENDED: ReadonlySet<OrderState> = new Set(['CANCELLED', 'EXPIRED', 'REFUNDING', 'REFUNDED']);

function addTurn(view: Order, { turn }: OrderData): void {
  if (view.status === 'EXPIRED') {
    view.reason = NO_TURN;
    return;
  }
  view.queued = true;
  if (turn !== undefined) view.turnOf = turn.of;
}

const SHOWN = [
  'reservation',
  'sale',
  'discounts',
  'openPayments',
  'paidBy',
  'openReturns',
  'refundWanted',
  'reason',
  'supersededBy',
  'metadata',
] as const;

/** The caller's own copy: the document may be the one in memory. */
function addKept(view: Order, data: OrderData): void {
  const shown = view as unknown as Record<string, unknown>;
  for (const name of SHOWN) {
    const value = data[name];
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    shown[name] = typeof value === 'object' ? structuredClone(value) : value;
  }
}

function linesOf({ lines = [], prices }: OrderData, reservation: Reservation | undefined) {
  const shown: OrderLine[] =
    reservation?.lines ?? lines.map(({ pool, quantity }) => ({ pool, quantity }));
  // They were made for this view.
  if (prices !== undefined) {
    for (const [index, line] of shown.entries()) line.unitPrice = prices[index]!;
  }
  return shown;
}

function isOver(document: Document, units: Document | undefined, dueMs: number): boolean {
  if (UNDECIDED.has(document.state)) return isDue(document, dueMs);
  return document.state === 'RESERVED' && units !== undefined && isDue(units, dueMs);
}

function expiresAt(document: Document, units: Document | undefined): number | undefined {
  if (UNDECIDED.has(document.state)) return document.deadlineMs;
  return document.state === 'RESERVED' ? units?.deadlineMs : undefined;
}

function historyOf(document: Document, data: OrderData, overAtMs: number | undefined): OrderStep[] {
  const { history = [], sinceMs = document.updatedAtMs } = data;
  const steps: [OrderState, number][] = [...history, [document.state as OrderState, sinceMs]];
  if (overAtMs !== undefined) steps.push(['EXPIRED', overAtMs]);
  return steps.map(([status, atMs]) => ({ status: shownAs(status), atMs }));
}

/** Undecided is undecided: the name under which callers know it. */
function shownAs(state: OrderState): OrderState {
  return state === 'QUEUED' ? 'PENDING' : state;
}

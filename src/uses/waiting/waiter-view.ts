// A place in line as a caller sees it.

import type { Document } from '../../engines/contract.ts';
import { type WaiterState, waiterData } from '../../kernel/waiter.ts';

export interface Waiter {
  id: string;
  pool: string;
  /** The sale that it waits in. */
  sale?: string;
  buyer: string;
  quantity: number;
  status: WaiterState;
  version: number;
  reference?: string;
  /** How many stand before it, while it waits. */
  ahead?: number;
  /** What it was offered: a reservation. */
  reservation?: string;
  /** Units that it was offered. */
  offered?: number;
  /** When the offer lapses. */
  expiresAtMs?: number;
  reason?: string;
  createdAtMs: number;
  updatedAtMs: number;
}

export function viewWaiter(
  document: Document,
  { offer, ahead }: { offer?: Document | undefined; ahead?: number | undefined } = {},
): Waiter {
  const { pool, quantity, sale, offer: reservation, reason } = waiterData(document);
  const view: Waiter = {
    id: document.id,
    pool,
    buyer: document.buyer!,
    quantity,
    status: document.state as WaiterState,
    version: document.version,
    createdAtMs: document.createdAtMs,
    updatedAtMs: document.updatedAtMs,
  };
  if (sale !== undefined) view.sale = sale;
  if (document.reference !== undefined) view.reference = document.reference;
  if (reservation !== undefined) view.reservation = reservation;
  if (reason !== undefined) view.reason = reason;
  if (document.state === 'WAITING' && ahead !== undefined) view.ahead = ahead;
  if (document.state === 'OFFERED' && offer !== undefined) {
    view.offered = offer.claims[0]?.quantity ?? 0;
    if (offer.deadlineMs !== undefined) view.expiresAtMs = offer.deadlineMs;
  }
  return view;
}

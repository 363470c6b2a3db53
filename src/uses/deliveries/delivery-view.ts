// A delivery as a caller sees it, without the name of what it goes to: each kind of endpoint has a word of
// its own for that.

import type { Document } from '../../engines/contract.ts';
import { type AttemptData, type DeliveryState, deliveryData } from '../../kernel/delivery.ts';

export interface DeliveryView {
  id: string;
  status: DeliveryState;
  type: string;
  subject: string;
  position: number;
  index: number;
  atMs: number;
  failures: number;
  /** The last attempts, newest last. */
  attempts: AttemptData[];
  /** While it is on its way: when it is tried next. */
  nextAtMs?: number;
  createdAtMs: number;
  updatedAtMs: number;
}

export function viewDelivery(document: Document): DeliveryView {
  const { type, subject, position, index, atMs, failures, log = [] } = deliveryData(document);
  const view: DeliveryView = {
    id: document.id,
    status: document.state as DeliveryState,
    type,
    subject,
    position,
    index,
    atMs,
    failures,
    attempts: structuredClone(log),
    createdAtMs: document.createdAtMs,
    updatedAtMs: document.updatedAtMs,
  };
  if (document.state === 'PENDING' && document.deadlineMs !== undefined) {
    view.nextAtMs = document.deadlineMs;
  }
  return view;
}

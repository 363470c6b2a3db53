// An event as it stands in the topic: its form, and how it is read from a message. What it says is in
// docs/events.md; its JSON Schemas are in holdfast/events.

import type { OrderOutside } from '../http/shapes/order-shapes.ts';
import type { ReservationOutside } from '../http/shapes/replies.ts';
import type { ReturnOutside } from '../http/shapes/return-shapes.ts';
import type { WaiterOutside } from '../http/shapes/waiter-shapes.ts';

/** A pool of the event's product that changed with it. */
export interface PoolChange {
  pool: string;
  /** After it. Each version of a pool is told once, in order. */
  version: number;
  /** Units that each account has more, or less: `{ available: -2, held: 2 }`. */
  change: Record<string, number>;
}

export interface ShopEvent {
  /** The same at every repeat. */
  id: string;
  type: string;
  at: string;
  /** What it is about: the id of a document or a pool. */
  subject: string;
  journal: string;
  position: number;
  index: number;
  /** The key. Missing where it is about no product. */
  product?: string;
  /** False for what is told again under another product that it changed. */
  home: boolean;
  pools: PoolChange[];
  data?: Record<string, unknown>;
  /** What it is about, as it stood right after it; with `home` alone. */
  order?: OrderOutside;
  reservation?: ReservationOutside;
  return?: ReturnOutside;
  waiter?: WaiterOutside;
}

/** Undefined for what is no event of this form. */
export function readEvent(text: string): ShopEvent | undefined {
  let event: ShopEvent;
  try {
    event = JSON.parse(text) as ShopEvent;
  } catch {
    return undefined;
  }
  return isEvent(event) ? event : undefined;
}

function isEvent(event: ShopEvent): boolean {
  if (typeof event !== 'object' || event === null || !Array.isArray(event.pools)) return false;
  const { id, type, subject, journal, position, index, home, pools } = event;
  const texts = [id, type, subject, journal].every((text) => typeof text === 'string');
  const places = Number.isInteger(position) && Number.isInteger(index) && typeof home === 'boolean';
  return texts && places && pools.every(isPoolChange);
}

function isPoolChange(told: PoolChange): boolean {
  if (typeof told !== 'object' || told === null || typeof told.change !== 'object') return false;
  const units = Object.values(told.change ?? {});
  return (
    typeof told.pool === 'string' &&
    Number.isInteger(told.version) &&
    units.every((quantity) => Number.isInteger(quantity))
  );
}

// An order that is taken down first and decided when its turn comes: what is kept of it until then, and
// what its turn makes of it. Whose turn it is, is not decided here.

import type { Document, DocumentWrite } from '../engines/contract.ts';
import { orderDataOf, orderWrite } from './checkout.ts';
import type { LineCommand } from './commands.ts';
import {
  type AskedInQueue,
  nextOrder,
  type OrderData,
  orderData,
  orderGuard,
  orderTransition,
} from './order.ts';
import { DEFAULT_CHANNEL, type OrderCommand, type OrderLineCommand } from './order-commands.ts';
import { type Plan, planned } from './plan.ts';
import { IN_SALE, ON_SALE } from './pool.ts';
import { type Refused, refuse } from './refusals.ts';
import { asJson } from './reservation.ts';

/** Of its first line: orders of one product are decided one after the other. */
export interface QueuedData {
  pool: string;
  /** Its turn is carried beside the journal, and does not come from there. */
  carried?: true;
}

export interface QueueContext {
  /** The new order's id. */
  order: string;
  /** How long it may wait for its turn. */
  queueForMs: number;
  /** That of its first line. */
  product: string;
  /** Its turn is carried beside the journal. */
  carried: boolean;
}

/** Takes an order down. Its place is that of its entry in the journal, or of its turn where that is carried. */
export function queueOrder(command: OrderCommand, context: QueueContext): Plan {
  const { order, queueForMs, product, carried } = context;
  const made = { order, discounts: [], vouchers: [] };
  const data: OrderData = {
    ...orderDataOf(command, made),
    lines: command.lines.map(({ pool, quantity }) => ({ pool, quantity })),
    turn: carried ? { of: product, carried } : { of: product },
  };
  if (command.holdForMs !== undefined) data.holdForMs = command.holdForMs;
  const asked = askedIn(command);
  if (asked !== undefined) data.asked = asked;
  const [{ pool }] = command.lines as [LineCommand];
  const pools = [...new Set(command.lines.map((line) => line.pool))];
  return planned({
    guards: pools.map((each) => ({
      document: `pool:${each}`,
      stateIn: command.sale === undefined ? ON_SALE : IN_SALE,
    })),
    writes: [
      {
        ...orderWrite(command, made, 'QUEUED'),
        data: asJson(data),
        deadline: { afterMs: queueForMs },
      },
    ],
    events: [
      { type: 'order.queued', subject: order, data: carried ? { pool, carried } : { pool } },
    ],
  });
}

/** What was asked for, as it was asked. */
export function commandOf(document: Document): OrderCommand {
  const {
    lines = [],
    prices,
    total,
    currency,
    channel,
    sale,
    addressKey,
    metadata,
    holdForMs,
    asked,
  } = orderData(document);
  const { least, vouchers, plan } = asked ?? {};
  const command: OrderCommand = {
    lines: lines.map((line, index) => {
      const whole: OrderLineCommand = { ...line };
      if (prices !== undefined) whole.unitPrice = prices[index]!;
      const quantityMin = least?.[index];
      if (typeof quantityMin === 'number') whole.quantityMin = quantityMin;
      return whole;
    }),
    channel: channel ?? DEFAULT_CHANNEL,
  };
  const { buyer, reference } = document;
  const told = { buyer, reference, total, currency, sale, metadata, holdForMs };
  const others = { ...told, vouchers, plan, addressKey };
  for (const [name, value] of Object.entries(others)) {
    if (value !== undefined) Object.assign(command, { [name]: value });
  }
  return command;
}

/** Its turn has come, and its checkout is planned: what was made anew goes on from what was taken down. */
export function decided(queued: Document, { dueMs }: { dueMs: number }, checkout: Plan): Plan {
  const next = orderTransition({ document: queued, dueMs }, 'decide');
  if (!next.ok) return next;
  if (!checkout.ok) return checkout;
  const { transaction } = checkout;
  const { sinceMs = queued.updatedAtMs } = orderData(queued);
  const writes = transaction.writes!.map((write): DocumentWrite => {
    if (write.id !== queued.id) return write;
    const { fresh: _, ...rest } = write;
    return { ...rest, data: { ...rest.data, history: [['QUEUED', sinceMs]] } };
  });
  const own = [orderGuard(queued), { document: queued.id, due: false }];
  return planned({ ...transaction, guards: [...own, ...(transaction.guards ?? [])], writes });
}

/** Its turn has come, and it cannot be had. */
export function turnedAway(queued: Document, { dueMs }: { dueMs: number }, why: Refused): Plan {
  const next = orderTransition({ document: queued, dueMs }, 'turnAway');
  if (!next.ok) return next;
  const { code: reason, details } = why;
  const write = nextOrder(queued, next.state, { reason });
  return planned({
    guards: [orderGuard(queued)],
    writes: [write],
    events: [{ type: 'order.refused', subject: queued.id, data: { ...details, reason } }],
  });
}

/** Whether a refusal says something of the order, and not of the moment. */
export function isFinalRefusal({ code }: Refused): boolean {
  return !PASSING.has(code);
}

const PASSING: ReadonlySet<string> = new Set([
  'contended',
  'overloaded',
  'unavailable',
  'disk-full',
  'request-in-flight',
]);

/** The answer for one that is not in the queue any more. */
export function notQueued(order: string): Refused {
  return refuse('order-decided', { order });
}

function askedIn({ lines, vouchers, plan }: OrderCommand): AskedInQueue | undefined {
  const asked: AskedInQueue = {};
  if (vouchers !== undefined) asked.vouchers = vouchers;
  if (plan !== undefined) asked.plan = plan;
  if (lines.some(({ quantityMin }) => quantityMin !== undefined)) {
    asked.least = lines.map(({ quantityMin }) => quantityMin ?? null);
  }
  return Object.keys(asked).length === 0 ? undefined : asked;
}

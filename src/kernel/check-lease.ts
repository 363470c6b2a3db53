// The bounds of every command about leases: what is refused before any stock is looked at, with the
// field that is wrong.

import {
  checkHold,
  checkLines,
  checkMetadata,
  checkPool,
  checkText,
  checkWhole,
  invalid,
} from './check-command.ts';
import type {
  GiveBackCommand,
  LeaseCommand,
  RecordCommand,
  RenewCommand,
  Sale,
  TopUpCommand,
  WriteOffCommand,
} from './lease-commands.ts';
import type { Refused } from './refusals.ts';

export const SALES_MAX = 1_000;

type Checked = Refused | undefined;

// As ids are made (RFC 9562), so that no sale takes the name of another kind of document.
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function checkLease(command: LeaseCommand): Checked {
  return (
    required(command.node, 'node') ??
    checkText(command.node, 'node', 128) ??
    checkPool(command.pool, 'pool') ??
    checkAsked(command) ??
    checkHold(command.leaseForMs, 'leaseFor')
  );
}

export function checkTopUp(command: TopUpCommand): Checked {
  return checkAsked(command);
}

export function checkRenew(command: RenewCommand): Checked {
  return checkHold(command.leaseForMs, 'leaseFor');
}

export function checkGiveBack({ quantity }: GiveBackCommand): Checked {
  return quantity === undefined ? undefined : checkWhole(quantity, 'quantity');
}

export function checkWriteOff({ to, reason }: WriteOffCommand): Checked {
  if (to !== 'written-off' && to !== 'available') return invalid('to', 'written-off or available');
  return checkText(reason, 'reason');
}

export function checkSales({ sales }: Pick<RecordCommand, 'sales'>): Checked {
  if (!Array.isArray(sales) || sales.length === 0 || sales.length > SALES_MAX) {
    return invalid('sales', `1 to ${SALES_MAX} sales`);
  }
  const ids = new Set<string>();
  for (let index = 0; index < sales.length; index += 1) {
    const field = `sales/${index}`;
    const sale = sales[index] as Sale | null;
    if (typeof sale !== 'object' || sale === null) return invalid(field, 'an object');
    const wrong = checkSale(sale, field);
    if (wrong !== undefined) return wrong;
    if (ids.has(sale.id)) return invalid(`${field}/id`, 'an id that no other sale has');
    ids.add(sale.id);
  }
  return undefined;
}

function checkSale(sale: Sale, field: string): Checked {
  if (typeof sale.id !== 'string' || !UUID.test(sale.id)) {
    return invalid(`${field}/id`, 'a UUID in lower case');
  }
  return (
    checkLines(sale.lines) ??
    checkText(sale.buyer, `${field}/buyer`) ??
    checkText(sale.reference, `${field}/reference`) ??
    checkMetadata(sale.metadata)
  );
}

function checkAsked(command: { quantity: number; quantityMin?: number }): Checked {
  const { quantity, quantityMin } = command;
  const wrong = checkWhole(quantity, 'quantity');
  if (wrong !== undefined || quantityMin === undefined) return wrong;
  return checkWhole(quantityMin, 'quantityMin', 1, quantity);
}

function required(value: unknown, field: string): Checked {
  return value === undefined ? invalid(field, 'a value') : undefined;
}

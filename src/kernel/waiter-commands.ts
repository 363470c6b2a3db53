// What a caller may ask of a waiting list, as plain data, with its bounds.

import { checkPool, checkText, checkWhole, invalid } from './check-command.ts';
import type { OrderCommand } from './order-commands.ts';
import type { Refused } from './refusals.ts';

export interface WaitCommand {
  pool: string;
  /** Who waits: once for each pool. */
  buyer: string;
  /** Up to so many units; an offer may have fewer. */
  quantity: number;
  /** The caller's own name for it. */
  reference?: string;
  /** What counts for the address that it is asked from, in a sale that counts by address. */
  addressKey?: string;
}

export interface WaiterVerb {
  pool: string;
  waiter: string;
}

/** An order made of what was offered; its lines are those of the offer. */
export interface AcceptCommand
  extends WaiterVerb,
    Omit<OrderCommand, 'lines' | 'buyer' | 'holdForMs' | 'plan' | 'sale'> {
  /** Of one unit, in minor units of `currency`. */
  unitPrice?: number;
  holdForMs?: number;
}

export function checkWait(command: WaitCommand): Refused | undefined {
  return (
    checkPool(command.pool, 'pool') ??
    (command.buyer === undefined ? invalid('buyer', 'who waits') : undefined) ??
    checkText(command.buyer, 'buyer') ??
    checkWhole(command.quantity, 'quantity') ??
    checkText(command.reference, 'reference') ??
    checkText(command.addressKey, 'addressKey')
  );
}

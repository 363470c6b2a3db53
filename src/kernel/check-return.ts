// The bounds of every command about returns: what is refused before any return is looked at, with the
// field that is wrong.

import {
  checkMoment,
  checkPool,
  checkText,
  checkWhole,
  invalid,
  LINES_MAX,
  QUANTITY_MAX,
} from './check-command.ts';
import { checkAmount } from './money.ts';
import type { Refused } from './refusals.ts';
import type * as commands from './return-commands.ts';

type Checked = Refused | undefined;

export const VERDICTS = ['sellable', 'quarantine', 'write-off'] as const;
export const CARRIER_EVENTS = ['picked-up', 'not-reachable', 'refused', 'lost'] as const;
export const DELIVERY_EVENTS = ['not-reachable', 'refused'] as const;
export const MISSING = ['sold', 'written-off'] as const;
export const FROM_QUARANTINE = ['available', 'written-off'] as const;

export function checkRequestReturn(command: commands.RequestReturnCommand): Checked {
  const { order, reservation, lines, reason } = command;
  if ((order === undefined) === (reservation === undefined)) {
    return invalid('order', 'either an order or a reservation');
  }
  return (
    checkId(order ?? reservation, order === undefined ? 'reservation' : 'order') ??
    (lines === undefined ? undefined : checkNamed(lines)) ??
    checkText(reason, 'reason')
  );
}

export function checkReturnCarrier(command: commands.ReturnCarrierCommand): Checked {
  return (
    checkVerb(command) ??
    checkChoice(command.carrier, 'event', CARRIER_EVENTS) ??
    checkTold(command)
  );
}

export function checkDeliveryFailed(command: commands.DeliveryFailedCommand): Checked {
  return (
    checkId(command.order, 'order') ??
    checkText(command.event, 'id', 128) ??
    checkChoice(command.carrier, 'event', DELIVERY_EVENTS) ??
    checkTold(command)
  );
}

export function checkReceiveReturn(command: commands.ReceiveReturnCommand): Checked {
  return (
    checkVerb(command) ?? checkNamed(command.lines) ?? checkText(command.reference, 'reference')
  );
}

export function checkInspectReturn(command: commands.InspectReturnCommand): Checked {
  const wrong = checkVerb(command) ?? checkNamed(command.lines) ?? checkGiven(command.refund);
  if (wrong !== undefined) return wrong;
  for (const [index, { verdict }] of command.lines.entries()) {
    const off = checkChoice(verdict, `lines/${index}/verdict`, VERDICTS);
    if (off !== undefined) return off;
  }
  return undefined;
}

export function checkCloseReturn(command: commands.CloseReturnCommand): Checked {
  const { missing = 'sold', refund, reason } = command;
  return (
    checkVerb(command) ??
    checkChoice(missing, 'missing', MISSING) ??
    checkGiven(refund) ??
    checkText(reason, 'reason')
  );
}

export function checkCancelReturn(command: commands.CancelReturnCommand): Checked {
  return checkVerb(command) ?? checkText(command.reason, 'reason');
}

export function checkReleaseQuarantine(command: commands.ReleaseQuarantineCommand): Checked {
  return (
    checkPool(command.pool, 'pool') ??
    checkWhole(command.quantity, 'quantity') ??
    checkChoice(command.to, 'to', FROM_QUARANTINE) ??
    checkText(command.reason, 'reason')
  );
}

function checkVerb({ return: id, event }: commands.ReturnVerb): Checked {
  return checkId(id, 'return') ?? checkText(event, 'id', 128);
}

function checkId(id: unknown, field: string): Checked {
  return typeof id === 'string' ? undefined : invalid(field, 'an id');
}

function checkTold({ atMs, reference }: { atMs?: number; reference?: string }): Checked {
  return checkMoment(atMs, 'at') ?? checkText(reference, 'reference');
}

function checkGiven(refund: number | undefined): Checked {
  return refund === undefined ? undefined : checkAmount(refund, 'refund');
}

function checkChoice(value: unknown, field: string, choices: readonly string[]): Checked {
  return choices.includes(value as string) ? undefined : invalid(field, choices.join(' or '));
}

/** Units of a line or of a pool; never of both. */
function checkNamed(lines: unknown): Checked {
  if (!Array.isArray(lines) || lines.length === 0 || lines.length > LINES_MAX) {
    return invalid('lines', `1 to ${LINES_MAX} lines`);
  }
  for (let index = 0; index < lines.length; index += 1) {
    const one = lines[index] as commands.NamedUnits | null;
    if (typeof one !== 'object' || one === null) return invalid(`lines/${index}`, 'an object');
    if ((one.line === undefined) === (one.pool === undefined)) {
      return invalid(`lines/${index}`, 'either a line or a pool');
    }
    const wrong =
      (one.line === undefined
        ? checkPool(one.pool, `lines/${index}/pool`)
        : checkWhole(one.line, `lines/${index}/line`, 0, LINES_MAX)) ??
      checkWhole(one.quantity, `lines/${index}/quantity`, 1, QUANTITY_MAX);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

// The ways a return ends but for its last inspection: what never arrived is lost or given up, or all of
// it is cancelled.

import type { Move, Transaction } from '../engines/contract.ts';
import { accountOf } from './accounts.ts';
import { joined } from './join.ts';
import { type Plan, planned } from './plan.ts';
import { refuse } from './refusals.ts';
import {
  type CarrierNote,
  nextReturn,
  type ReturnData,
  type ReturnLine,
  type ReturnUnits,
  returnGuard,
  returnLines,
  returnTransition,
} from './return.ts';
import { withNote } from './return-arrival.ts';
import type { CancelReturnCommand, CloseReturnCommand } from './return-commands.ts';
import { type Ended, ended } from './return-over.ts';
import { checkRefund } from './return-refund.ts';
import { giveCountsOfSale, giveToSale, type UnitsOfSale } from './return-sale.ts';
import { wholePool } from './segments.ts';

/** The carrier lost what has not arrived: it is written off, and to be refunded. */
export function loseReturn(found: ReturnUnits, note: CarrierNote): Plan {
  const { document, units } = found;
  const before = returnLines(document);
  const isLast = before.every(({ inspecting }) => inspecting === 0);
  const next = returnTransition(document, isLast ? 'loseLast' : 'lose');
  if (!next.ok) return next;
  const missing = missingOf(before);
  if (missing.size === 0) return refuse('return-received', { return: document.id });
  const lines = before.map((one) => ({
    ...one,
    ...{ returning: 0, lost: (one.lost ?? 0) + one.returning },
  }));
  const carrier = withNote(document, note);
  const parts: Transaction[] = [writeOff(before), lostEvent(found, before)];
  const counts = giveCountsOfSale(units, missing);
  if (counts !== undefined) parts.unshift(counts);
  if (isLast) return planned(joined(...parts, ended(found, { state: next.state, lines, carrier })));
  const write = nextReturn(document, next.state, { lines, carrier });
  return planned(
    joined(...parts, { guards: [returnGuard(document)], writes: [write], events: [] }),
  );
}

/** A person gives up what has not arrived: it stays with the buyer, or is written off. */
export function closeReturn(found: ReturnUnits, command: CloseReturnCommand): Plan {
  const { document, units, order } = found;
  const next = returnTransition(document, 'close');
  if (!next.ok) return next;
  const before = returnLines(document);
  if (before.some(({ inspecting }) => inspecting > 0)) {
    return refuse('return-not-inspected', { return: document.id });
  }
  const wrong = checkRefund(order, units.document, command.refund);
  if (wrong !== undefined) return wrong;
  const patch: Partial<Omit<ReturnData, 'lines'>> = {};
  if (command.refund !== undefined) patch.refundGiven = command.refund;
  if (command.reason !== undefined) patch.reason = command.reason;
  const missing = missingOf(before);
  if (missing.size === 0 || command.missing === 'written-off') {
    const lines = before.map((one) => ({
      ...one,
      ...{ returning: 0, lost: (one.lost ?? 0) + one.returning },
    }));
    const counts = giveCountsOfSale(units, missing);
    const parts = missing.size === 0 ? [] : [writeOff(before), lostEvent(found, before)];
    if (counts !== undefined) parts.unshift(counts);
    return planned(joined(...parts, ended(found, { state: next.state, lines, ...patch })));
  }
  return planned(keep(found, { state: next.state, before, ...patch }));
}

/** Nothing came in, and nothing will: all units stay with the buyer. */
export function cancelReturn(found: ReturnUnits, { reason }: CancelReturnCommand): Plan {
  const { document } = found;
  const next = returnTransition(document, 'cancel');
  if (!next.ok) return next;
  const patch = reason === undefined ? {} : { reason };
  return planned(keep(found, { state: next.state, before: returnLines(document), ...patch }));
}

/** Units that have not arrived are sold again. */
function keep(
  found: ReturnUnits,
  { before, ...patch }: Omit<Ended, 'lines'> & { before: ReturnLine[] },
): Transaction {
  const missing = missingOf(before);
  const lines = before.map((one) => ({
    ...one,
    ...{ returning: 0, kept: (one.kept ?? 0) + one.returning },
  }));
  return joined(
    giveToSale(found.units, missing),
    ended(found, { lines, ...patch } as Ended, sumOf(missing)),
  );
}

function missingOf(lines: readonly ReturnLine[]): UnitsOfSale {
  return new Map(
    lines.filter(({ returning }) => returning > 0).map(({ line, returning }) => [line, returning]),
  );
}

function sumOf(units: UnitsOfSale): number {
  return [...units.values()].reduce((sum, quantity) => sum + quantity, 0);
}

function writeOff(lines: readonly ReturnLine[]): Transaction {
  const moves = lines
    .filter(({ returning }) => returning > 0)
    .map(({ pool, returning }): Move => {
      const leg = { from: accountOf(pool, 'returning'), to: accountOf(pool, 'written-off') };
      return { legs: [leg], quantity: returning };
    });
  return { moves, events: [] };
}

function lostEvent({ document }: ReturnUnits, lines: readonly ReturnLine[]): Transaction {
  const lost = lines
    .filter(({ returning }) => returning > 0)
    .map(({ line, pool, returning }) => ({ line, pool: wholePool(pool), quantity: returning }));
  return { events: [{ type: 'return.lost', subject: document.id, data: { lines: lost } }] };
}

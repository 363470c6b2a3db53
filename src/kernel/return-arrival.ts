// A return on its way: what its carrier tells, and what arrives at the dock, which need not be what was
// announced. Nothing of it can be sold yet.

import type { EventDraft } from '../engines/contract.ts';
import { accountOf } from './accounts.ts';
import { joined } from './join.ts';
import { type Plan, planned } from './plan.ts';
import { refuse } from './refusals.ts';
import { asJson, reservationData } from './reservation.ts';
import {
  type CarrierNote,
  nextReturn,
  type ReturnLine,
  type ReturnUnits,
  returnData,
  returnGuard,
  returnLines,
  returnTransition,
} from './return.ts';
import type { NamedUnits, ReceiveReturnCommand } from './return-commands.ts';
import { roomsOfSale } from './return-request.ts';
import { byLine, spreadOver } from './return-rooms.ts';
import { takeFromSale } from './return-sale.ts';
import { wholePool } from './segments.ts';

/** Older ones are in the journal. */
const NOTES_MAX = 100;

/** The carrier has it, or did not get rid of it. What it lost is an end, and not told here. */
export function carrierTold({ document }: ReturnUnits, note: CarrierNote): Plan {
  const next = returnTransition(document, note.event === 'picked-up' ? 'pickUp' : 'miss');
  if (!next.ok) return next;
  const notes = withNote(document, note);
  const lines = returnLines(document);
  const isNew = next.state !== document.state;
  const { event: carrier, reference } = note;
  const data = { carrier, ...(reference === undefined ? {} : { reference }) };
  return planned({
    guards: [returnGuard(document)],
    writes: [nextReturn(document, next.state, { lines, carrier: notes })],
    events: [{ type: isNew ? 'return.returning' : 'return.missed', subject: document.id, data }],
  });
}

export function withNote(document: ReturnUnits['document'], note: CarrierNote): CarrierNote[] {
  return [...(returnData(document).carrier ?? []), note].slice(-NOTES_MAX);
}

/**
 * Units come in. More than was announced is taken back from the sale as far as it was sold there; what
 * was not is written down, and is no stock.
 */
export function receiveReturn(found: ReturnUnits, command: ReceiveReturnCommand): Plan {
  const { document, units } = found;
  const unknown = command.lines.find(({ line = 0 }) => line >= roomsOfSale(units).length);
  if (unknown !== undefined) return refuse('return-without-sale', { line: unknown.line! });
  const before = returnLines(document);
  const announced = spreadOver(
    before.map(({ line, pool, returning }) => ({ line, pool, left: returning })),
    command.lines,
  );
  const more = spreadOver(roomsOfSale(units), announced.excess);
  const came = byLine(announced.taken);
  const unasked = byLine(more.taken);
  const isIn = came.size + unasked.size > 0;
  const next = returnTransition(document, isIn ? 'receive' : 'miss');
  if (!next.ok) return next;
  const { lines: sold } = reservationData(units.document);
  const lines = receivedLines(before, came, unasked, (line) => sold[line]!.pool);
  const unmatched = unmatchedOf(found, more.excess);
  const moves = [...came].map(([line, quantity]) => {
    const { pool } = sold[line]!;
    const leg = { from: accountOf(pool, 'returning'), to: accountOf(pool, 'inspecting') };
    return { legs: [leg], quantity };
  });
  const arrived = {
    guards: [returnGuard(document)],
    moves,
    writes: [nextReturn(document, next.state, unmatched ? { lines, unmatched } : { lines })],
    events: [receivedEvent(found, command, { came, unasked, excess: more.excess })],
  };
  if (unasked.size === 0) return planned(arrived);
  return planned(joined(takeFromSale(units, unasked, 'inspecting'), arrived));
}

function receivedLines(
  before: readonly ReturnLine[],
  came: ReadonlyMap<number, number>,
  unasked: ReadonlyMap<number, number>,
  poolOf: (line: number) => string,
): ReturnLine[] {
  const known = new Set(before.map(({ line }) => line));
  const added = [...unasked.keys()].filter((line) => !known.has(line));
  const all = [
    ...before,
    ...added.map((line) => ({
      ...{ line, pool: poolOf(line), quantity: 0 },
      ...{ returning: 0, inspecting: 0 },
    })),
  ];
  return all
    .sort((a, b) => a.line - b.line)
    .map((one: ReturnLine) => {
      const announced = came.get(one.line) ?? 0;
      const more = unasked.get(one.line) ?? 0;
      return {
        ...one,
        quantity: one.quantity + more,
        received: (one.received ?? 0) + announced + more,
        returning: one.returning - announced,
        inspecting: one.inspecting + announced + more,
      };
    });
}

/** What is not stock, summed by pool; undefined where nothing came to it. */
function unmatchedOf({ document, units }: ReturnUnits, excess: readonly NamedUnits[]) {
  if (excess.length === 0) return undefined;
  const sold = reservationData(units.document).lines;
  const sums = new Map<string, number>();
  const add = (pool: string, quantity: number) => sums.set(pool, (sums.get(pool) ?? 0) + quantity);
  for (const { pool, quantity } of returnData(document).unmatched ?? []) add(pool, quantity);
  for (const { pool, line, quantity } of excess)
    add(pool ?? wholePool(sold[line!]!.pool), quantity);
  return [...sums].map(([pool, quantity]) => ({ pool, quantity }));
}

function receivedEvent(
  { document, units }: ReturnUnits,
  { reference }: ReceiveReturnCommand,
  told: {
    came: ReadonlyMap<number, number>;
    unasked: ReadonlyMap<number, number>;
    excess: readonly NamedUnits[];
  },
): EventDraft {
  const sold = reservationData(units.document).lines;
  const linesOf = (by: ReadonlyMap<number, number>) =>
    [...by].map(([line, quantity]) => ({ line, pool: wholePool(sold[line]!.pool), quantity }));
  const data = {
    lines: linesOf(told.came),
    ...(told.unasked.size === 0 ? {} : { unannounced: linesOf(told.unasked) }),
    ...(told.excess.length === 0 ? {} : { unmatched: told.excess.map((one) => ({ ...one })) }),
    ...(reference === undefined ? {} : { reference }),
  };
  return { type: 'return.received', subject: document.id, data: asJson(data) };
}

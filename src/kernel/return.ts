// A return as it is kept. What it holds of each line stands in its claims: units on their way, and units
// at the dock. No verb may make a unit sellable but the one that inspects it.

import type { Claim, Document, DocumentId, DocumentWrite } from '../engines/contract.ts';
import { accountOf, poolAccounts } from './accounts.ts';
import type { Holding } from './give-back.ts';
import type { Money } from './money.ts';
import type { RefusalCode, Refused } from './refusals.ts';
import { refuse } from './refusals.ts';
import { asJson } from './reservation.ts';
import type { CarrierEvent } from './return-commands.ts';
import {
  RETURN_FINAL_STATES,
  RETURN_TRANSITIONS,
  type ReturnState,
  type ReturnVerbName,
} from './return-states.ts';
import { wholePool } from './segments.ts';

/** What became of the units of a line; those that are neither stand in the claims. */
export interface ReturnLineData {
  /** Which line of the sale, from 0. */
  line: number;
  pool: string;
  /** Units that it took back: those announced, and those that came without. */
  quantity: number;
  /** How many of them came in. */
  received?: number;
  sellable?: number;
  quarantined?: number;
  writtenOff?: number;
  /** The carrier lost them, or they never came and somebody wrote them off. */
  lost?: number;
  /** They stay with the buyer after all. */
  kept?: number;
}

/** A line with the units that its claims hold. */
export interface ReturnLine extends ReturnLineData {
  /** On their way. */
  returning: number;
  /** At the dock, not inspected. */
  inspecting: number;
}

/** What a carrier told. */
export interface CarrierNote {
  event: CarrierEvent;
  atMs?: number;
  reference?: string;
}

export interface ReturnData {
  order?: DocumentId;
  /** The sale that it takes back from. */
  reservation: DocumentId;
  lines: ReturnLineData[];
  reason?: string;
  carrier?: CarrierNote[];
  /** What arrived and was not sold there: it is not stock, and waits for a person. */
  unmatched?: { pool: string; quantity: number }[];
  /** What a person said is to be refunded, in minor units; else it is worked out. */
  refundGiven?: number;
  /** What is to be refunded, once it is closed. */
  refundWanted?: Money;
  /** The states before this one, each with the moment since when, in ms. */
  history?: [ReturnState, number][];
  sinceMs?: number;
  /** Ids of the warehouse's events that have taken effect. */
  seen?: string[];
}

/** A return with the sale that it takes back from. */
export interface ReturnUnits {
  document: Document;
  units: Holding;
  order?: Document;
}

export function returnData(document: Document): ReturnData {
  return document.data as unknown as ReturnData;
}

export function returnLines(document: Document): ReturnLine[] {
  return returnData(document).lines.map((line, index) => ({
    ...line,
    returning: document.claims[2 * index]?.quantity ?? 0,
    inspecting: document.claims[2 * index + 1]?.quantity ?? 0,
  }));
}

/** Two claims for each line, in the order of the lines. */
export function returnClaims(lines: readonly ReturnLine[]): Claim[] {
  return lines.flatMap(({ pool, returning, inspecting }) => {
    const undo = poolAccounts(pool).sold;
    return [
      { account: accountOf(pool, 'returning'), undo, quantity: returning },
      { account: accountOf(pool, 'inspecting'), undo, quantity: inspecting },
    ];
  });
}

/** The state that a verb leads to, or the refusal that the table names. */
export function returnTransition(
  document: Document,
  verb: ReturnVerbName,
): { ok: true; state: ReturnState } | Refused {
  const next = RETURN_TRANSITIONS[document.state as ReturnState][verb];
  if (next in RETURN_TRANSITIONS) return { ok: true, state: next as ReturnState };
  return refuse(next as RefusalCode, { return: document.id, returnStatus: document.state });
}

/** The next version of a return, in its new state and with what became of its lines. */
export function nextReturn(
  document: Document,
  state: ReturnState,
  { lines, ...patch }: { lines: readonly ReturnLine[] } & Partial<Omit<ReturnData, 'lines'>>,
): DocumentWrite {
  const { id, kind, buyer, reference, owners } = document;
  const { sinceMs = document.updatedAtMs, ...before } = returnData(document);
  const data: ReturnData = { ...before, ...patch, lines: lines.map(keptOfLine) };
  if (state === document.state) data.sinceMs = sinceMs;
  else data.history = [...(before.history ?? []), [document.state as ReturnState, sinceMs]];
  const write: DocumentWrite = { id, kind, state, data: asJson(data), claims: returnClaims(lines) };
  if (buyer !== undefined) write.buyer = buyer;
  if (reference !== undefined) write.reference = reference;
  // What came without having been announced may be of another pool.
  if (owners !== undefined) write.owners = [...new Set(lines.map(({ pool }) => wholePool(pool)))];
  if (RETURN_FINAL_STATES.has(state)) {
    write.final = true;
    delete write.claims;
  }
  return write;
}

/** Whoever planned on it saw this version. */
export function returnGuard({ id, version }: Document) {
  return { document: id, version };
}

/** As it is kept: what the claims hold is not said twice, and what is none is left out. */
export function keptOfLine({ returning: _, inspecting: __, ...line }: ReturnLine): ReturnLineData {
  const entries = Object.entries(line).filter(([name, value]) => name === 'line' || value !== 0);
  return Object.fromEntries(entries) as unknown as ReturnLineData;
}

// An allowance: what a purchase counts under a sliding-window limit. It falls due when the window
// has passed and then gives its count back by itself, whatever became of the reservation.

import type {
  Claim,
  Document,
  DocumentWrite,
  MoveClaim,
  Transaction,
} from '../engines/contract.ts';
import type { LimitRule } from './limits.ts';
import { asJson } from './reservation.ts';

export interface AllowanceData {
  reservation: string;
  limit: string;
  returns: boolean;
  /** The reservation's line that the claim of the same index counts. */
  lines: number[];
}

export function allowanceData(document: Document): AllowanceData {
  return document.data as unknown as AllowanceData;
}

export interface AllowanceDraft {
  id: string;
  rule: LimitRule;
  reservation: string;
  lines: number[];
  claims: (Claim | MoveClaim)[];
}

export function allowanceWrite(draft: AllowanceDraft): DocumentWrite {
  const { id, rule, reservation, lines, claims } = draft;
  const returns = rule.returnsGiveBack === true;
  const data: AllowanceData = { reservation, limit: rule.limit, returns, lines };
  return {
    id,
    fresh: true,
    kind: 'allowance',
    state: 'COUNTED',
    data: asJson(data),
    deadline: { afterMs: rule.windowMs! },
    claims,
  };
}

/** Writes an allowance again with what still counts; with nothing left it is done. */
export function allowanceRest(document: Document, claims: Claim[]): DocumentWrite {
  const done = claims.every((claim) => claim.quantity === 0);
  const write: DocumentWrite = {
    id: document.id,
    kind: document.kind,
    state: done ? 'GIVEN_BACK' : 'COUNTED',
    data: document.data,
  };
  if (done) write.final = true;
  else Object.assign(write, { deadline: { keep: true }, claims });
  return write;
}

/** The window has passed: the count goes back to the buyer. */
export function lapse(document: Document): Transaction {
  const { id, kind, data, version } = document;
  return {
    guards: [{ document: id, version, due: true }],
    moves: document.claims
      .filter((claim) => claim.quantity > 0)
      .map((claim) => ({
        legs: [{ from: claim.account, to: claim.undo }],
        quantity: claim.quantity,
      })),
    writes: [{ id, kind, state: 'LAPSED', data, final: true }],
    events: [{ type: 'allowance.lapsed', subject: id }],
  };
}

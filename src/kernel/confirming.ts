// A confirm in two steps, for whoever sells what somebody else must record: the units stay held while
// the record is under way, and nothing but its outcome moves them. Also how a reservation ends whose
// units are no longer here.

import type { Claim, Destination, Move } from '../engines/contract.ts';
import { accountOf } from './accounts.ts';
import type { ConfirmCommand } from './commands.ts';
import { keptOf, sell, withGranted, without } from './finish.ts';
import { giveBack, type Holding, versionGuard } from './give-back.ts';
import { type Plan, planned, transition } from './plan.ts';
import { asJson, nextOf, reservationData, standing } from './reservation.ts';

/** Held units wait for their record, past any deadline; what is not confirmed is released. */
export function beginConfirm(holding: Holding, command: ConfirmCommand): Plan {
  const { document } = holding;
  const next = transition(holding, 'beginConfirm');
  if (!next.ok) return next;
  const before = reservationData(document);
  const held = standing(document);
  const kept = keptOf(before, held, command);
  if (!Array.isArray(kept)) return kept;
  const back = giveBack(holding, without(held, kept));
  const write = nextOf(document, next.state, asJson(withGranted(before, held)));
  write.claims = back.claims;
  return planned({
    guards: [...back.guards, { document: document.id, due: false }],
    moves: back.moves,
    writes: [write, ...back.writes],
    events: [{ type: 'reservation.confirming', subject: document.id }],
  });
}

/** It was recorded: held becomes sold. */
export function finishConfirm(holding: Holding): Plan {
  const { document } = holding;
  const next = transition(holding, 'finishConfirm');
  if (!next.ok) return next;
  const { sold, claims } = sell(document.claims, reservationData(document));
  const write = nextOf(document, next.state, document.data);
  write.claims = claims;
  write.final = true;
  return planned({
    guards: [versionGuard(document)],
    moves: sold,
    writes: [write],
    events: [{ type: 'reservation.confirmed', subject: document.id }],
  });
}

/**
 * It will not be recorded. Its units are released, but for those of pools that were `lost`: they are
 * somebody else's by now, and are written off here.
 */
export function revoke(holding: Holding, lost: (line: number) => boolean): Plan {
  const { document } = holding;
  const next = transition(holding, 'revoke');
  if (!next.ok) return next;
  const data = reservationData(document);
  const held = standing(document);
  const moves: Move[] = [];
  const claims = document.claims.map((claim, line) => {
    const { pool } = data.lines[line]!;
    return letGo(claim, lost(line) ? accountOf(pool, 'written-off') : claim.undo, moves);
  });
  const write = nextOf(document, next.state, asJson(withGranted(data, held)));
  return planned({
    guards: [versionGuard(document)],
    moves,
    writes: [{ ...write, claims, final: true }],
    events: [{ type: 'reservation.cancelled', subject: document.id }],
  });
}

function letGo({ account, undo, quantity }: Claim, to: Destination, moves: Move[]): Claim {
  if (quantity > 0) moves.push({ legs: [{ from: account, to }], quantity });
  return { account, undo, quantity: 0 };
}

// The ways a held reservation ends: confirmed (whole or in part), cancelled, expired; with it, where
// time is over, the order whose units it holds.

import type { Claim, Document, Move, Transaction } from '../engines/contract.ts';
import { poolAccounts } from './accounts.ts';
import { lapse } from './allowance.ts';
import { assignToLines } from './assign.ts';
import type { ConfirmCommand } from './commands.ts';
import { denialFallsDue } from './denial.ts';
import { giveBack, type Holding, versionGuard } from './give-back.ts';
import { joined } from './join.ts';
import { expireLease } from './lease-verbs.ts';
import { UNDECIDED } from './order.ts';
import { expirePending, orderExpires } from './order-expiry.ts';
import { type Plan, planned, transition } from './plan.ts';
import { type Refused, refuse } from './refusals.ts';
import { remind } from './reminder.ts';
import { asJson, nextOf, type ReservationData, reservationData, standing } from './reservation.ts';
import { saleFallsDue } from './sale-verbs.ts';
import { letGoOfStakes } from './stakes.ts';
import { asksForWork, takeTurn } from './turns.ts';
import { offerEnds } from './waiter.ts';

/** Held units become sold ones; what is not confirmed is released in the same step. */
export function confirm(holding: Holding, command: ConfirmCommand): Plan {
  const { document } = holding;
  const next = transition(holding, 'confirm');
  if (!next.ok) return next;
  const data = reservationData(document);
  const held = standing(document);
  const kept = keptOf(data, held, command);
  if (!Array.isArray(kept)) return kept;
  const back = command.lines === undefined ? undefined : giveBack(holding, without(held, kept));
  const { sold, claims } = sell(back?.claims ?? document.claims, data);
  const ended = endStakes(claims, data);
  const write = nextOf(document, next.state, asJson(withGranted(data, held)));
  write.claims = ended?.claims ?? claims;
  write.final = true;
  const moves = ended === undefined ? sold : [...sold, ...ended.moves];
  return endsFor(holding.waiter, 'take', {
    guards: [...(back?.guards ?? [versionGuard(document)]), { document: document.id, due: false }],
    moves: back === undefined ? moves : [...moves, ...back.moves],
    writes: back === undefined ? [write] : [write, ...back.writes],
    events: [{ type: 'reservation.confirmed', subject: document.id }],
  });
}

/** The units of each line that a confirm keeps, at least one in all. */
export function keptOf(
  data: ReservationData,
  held: number[],
  { lines }: ConfirmCommand,
): number[] | Refused {
  const kept =
    lines === undefined ? held : assignToLines(data.lines, held, lines, 'quantity-exceeds-held');
  if (Array.isArray(kept) && kept.every((quantity) => quantity === 0)) {
    return refuse('invalid-request', { reason: 'nothing is left to confirm; cancel instead' });
  }
  return kept;
}

/** What counts only until the units are sold counts no more. */
function endStakes(claims: readonly Claim[], { lines, limits, stakes }: ReservationData) {
  if (stakes === undefined) return undefined;
  const before = lines.length + (limits?.length ?? 0);
  return letGoOfStakes(claims, { stakes, before, ends: ({ untilSold }) => untilSold === true });
}

/** Moves what the lines' claims hold to where sold units stand, and the claims with it. */
export function sell(held: readonly Claim[], { lines }: ReservationData) {
  const sold: Move[] = [];
  const claims = held.map((claim, index) => {
    const line = lines[index];
    if (line === undefined) return claim;
    const { account: from, undo, quantity } = claim;
    const account = poolAccounts(line.pool).sold;
    if (quantity > 0) sold.push({ legs: [{ from, to: account }], quantity });
    return { account, undo, quantity };
  });
  return { sold, claims };
}

/** All units go back, because the buyer or the shop says so. */
export function cancel(holding: Holding): Plan {
  return end(holding, 'cancel');
}

/** All units go back, because the time is over. */
export function expire(holding: Holding): Plan {
  return end(holding, 'expire');
}

/** What to do with a document whose deadline has passed, by its kind. */
export function fallDue(holding: Holding): Plan {
  const { document } = holding;
  if (document.kind === 'allowance') return planned(lapse(document));
  if (document.kind === 'reservation') return expire(holding);
  if (document.kind === 'lease') return expireLease(holding);
  if (document.kind === 'denial') return denialFallsDue(document);
  if (asksForWork(document)) return planned(takeTurn(document));
  if (document.kind === 'sale') {
    return saleFallsDue({ document, pools: holding.pools! });
  }
  if (document.kind === 'order') {
    return UNDECIDED.has(document.state)
      ? expirePending(document)
      : remind(document, holding.dueMs);
  }
  return refuse('invalid-request', { reason: `no rule for a due ${document.kind}` });
}

function end(holding: Holding, verb: 'cancel' | 'expire'): Plan {
  const { document } = holding;
  const next = transition(holding, verb);
  if (!next.ok) return next;
  const data = reservationData(document);
  const held = standing(document);
  const back = giveBack(holding, held, { stakes: 'all' });
  const write = nextOf(document, next.state, asJson(withGranted(data, held)));
  write.final = true;
  const ended: Transaction = {
    guards: [...back.guards, { document: document.id, due: verb === 'expire' }],
    moves: back.moves,
    writes: [write, ...back.writes],
    events: [
      {
        type: verb === 'cancel' ? 'reservation.cancelled' : 'reservation.expired',
        subject: document.id,
      },
    ],
  };
  const { order, waiter } = holding;
  // Time is over for both in one step. A cancel is an order's own, which says itself what becomes of it.
  if (verb === 'cancel' || order === undefined) {
    return endsFor(waiter, verb === 'cancel' ? 'leave' : 'lapse', ended);
  }
  return planned(joined(ended, orderExpires(order)));
}

/** With what it means for the waiter that it was offered to, if there is one. */
function endsFor(
  waiter: Document | undefined,
  verb: 'take' | 'lapse' | 'leave',
  ended: Transaction,
): Plan {
  return planned(waiter === undefined ? ended : joined(ended, offerEnds(waiter, verb)));
}

export function without(held: readonly number[], kept: readonly number[]): number[] {
  return held.map((quantity, line) => quantity - kept[line]!);
}

/** The data of one that leaves HELD: what had been granted stays to be seen. */
export function withGranted(data: ReservationData, held: readonly number[]): ReservationData {
  const lines = data.lines.map((line, index) => ({ ...line, granted: held[index]! }));
  return { ...data, lines };
}

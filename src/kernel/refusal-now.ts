// What the decider would refuse a transaction with, where that is plain without making a batch of it:
// its first move is short and nothing is due there. In a flash sale most buyers get this answer.
// Changes nothing and never accepts.

import type { Asked, CommitRefusal, Guard } from '../engines/contract.ts';
import { spareOf } from './account-steps.ts';
import { failedGuard } from './guards.ts';
import type { Snapshot } from './overlay.ts';

/** Undefined: it would be accepted, or what refuses it is not plain. */
export function refusalNow(snapshot: Snapshot, asked: Asked): CommitRefusal | undefined {
  const { request, guards, floors, moves, grantedMax } = asked;
  const first = moves?.[0];
  if (first === undefined || first.quantityMin !== undefined) return undefined;
  if (floors !== undefined || grantedMax !== undefined) return undefined;
  const account = first.legs[0]!.from;
  const source = snapshot.account(account) ?? NEVER_TOUCHED;
  const available = spareOf(source);
  if (available >= first.quantity) return undefined;
  // What comes before the moves: the answer of the first time, and what the guards refuse.
  if (request !== undefined && snapshot.request(request) !== undefined) return undefined;
  if (guards?.some((guard) => mayFail(snapshot, guard))) return undefined;
  if (snapshot.dueClaims(account, 1).length > 0) return undefined;
  const tentative = snapshot.tentativeClaims(account).length > 0;
  const { inflow } = source;
  return { code: 'insufficient', move: 0, account, available, inflow, due: [], tentative };
}

/** What has left fast memory looks absent: only a commit can say. */
function mayFail(snapshot: Snapshot, guard: Guard): boolean {
  return ('absent' in guard && guard.absent === true) || failedGuard(snapshot, guard) !== undefined;
}

const NEVER_TOUCHED = { balance: 0, floor: 0, inflow: 0 };

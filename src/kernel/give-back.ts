// Gives units of a reservation back, line by line: the stock to where the pool's releases go, and
// what they counted under limits to the buyer. Shared by every verb that lets units go.

import type {
  Claim,
  Document,
  DocumentGuard,
  DocumentWrite,
  Guard,
  Move,
  PoolId,
} from '../engines/contract.ts';
import { allowanceData, allowanceRest } from './allowance.ts';
import { type LimitClaimData, reservationData } from './reservation.ts';
import { letGoOfStakes, type StakeData } from './stakes.ts';

/** A reservation with the allowances that it names (in any state). */
export interface Holding {
  document: Document;
  allowances: readonly Document[];
  /** Deadlines up to this moment have passed. */
  dueMs: number;
  /** The order whose units it holds. */
  order?: Document;
  /** The waiter that it is offered to. */
  waiter?: Document;
  /** The pools that a sale names, by their ids. */
  pools?: ReadonlyMap<PoolId, Document>;
}

const NO_LIMITS: readonly LimitClaimData[] = [];
const NO_STAKES: readonly StakeData[] = [];

export interface GivenBack {
  guards: Guard[];
  moves: Move[];
  /** The reservation's claims after it: one per line, one per limit entry, one per stake. */
  claims: Claim[];
  writes: DocumentWrite[];
}

/**
 * Lets go of `released[i]` units of line i. With `returned`, only limits that say so count a unit
 * as not bought. Stakes stay, unless `stakes` says that all of them go.
 */
export function giveBack(
  holding: Holding,
  released: readonly number[],
  options: { returned?: boolean; stakes?: 'all' } = {},
): GivenBack {
  const { document, allowances } = holding;
  const { lines, limits = NO_LIMITS, stakes = NO_STAKES } = reservationData(document);
  const moves: Move[] = [];
  const back: GivenBack = {
    guards: [versionGuard(document)],
    moves,
    claims: lines.map((_, line) => letGo(document.claims[line]!, released[line]!, moves)),
    writes: [],
  };
  if (limits.length > 0 || allowances.length > 0)
    giveCountsBack(holding, { released, options, back });
  if (stakes.length > 0) {
    const before = lines.length + limits.length;
    back.claims.push(...document.claims.slice(before));
    if (options.stakes === 'all') {
      const ended = letGoOfStakes(back.claims, { stakes, before, ends: () => true });
      back.claims = ended.claims;
      moves.push(...ended.moves);
    }
  }
  return back;
}

/**
 * What units that came back counted under limits counts no more, where a limit says so. The units are
 * not the reservation's any longer. Nothing where no limit gives anything back.
 */
export function giveCounts(holding: Holding, back: readonly number[]): GivenBack | undefined {
  const { document } = holding;
  const { lines, limits = NO_LIMITS } = reservationData(document);
  const given: GivenBack = {
    guards: [versionGuard(document)],
    moves: [],
    claims: document.claims.slice(0, lines.length),
    writes: [],
  };
  giveCountsBack(holding, { released: back, options: { returned: true }, back: given });
  if (given.moves.length === 0) return undefined;
  given.claims.push(...document.claims.slice(lines.length + limits.length));
  return given;
}

interface CountsBack {
  released: readonly number[];
  options: { returned?: boolean };
  back: GivenBack;
}

/** What the released units counted under limits counts no more. */
function giveCountsBack(
  { document, allowances }: Holding,
  { released, options, back }: CountsBack,
): void {
  const { lines, limits = NO_LIMITS } = reservationData(document);
  const { moves } = back;
  const rest = new Map<string, number>();
  const countedBack = (line: number, limit: string, claim: Claim) => {
    const key = `${line} ${limit}`;
    const open = rest.get(key) ?? released[line] ?? 0;
    const quantity = Math.min(open, claim.quantity);
    rest.set(key, open - quantity);
    return letGo(claim, quantity, moves);
  };
  limits.forEach((entry, index) => {
    const claim = document.claims[lines.length + index]!;
    const kept = options.returned === true && !entry.returns;
    back.claims.push(kept ? claim : countedBack(entry.line, entry.limit, claim));
  });
  // The newest first: what counts longest is what the buyer gets back.
  for (const allowance of [...allowances].reverse()) {
    const { lines, limit, returns } = allowanceData(allowance);
    const kept = options.returned === true && !returns;
    if (allowance.state !== 'COUNTED' || kept) continue;
    const claims = allowance.claims.map((claim, index) => countedBack(lines[index]!, limit, claim));
    if (claims.every((claim, index) => claim === allowance.claims[index])) continue;
    back.guards.push(versionGuard(allowance));
    back.writes.push(allowanceRest(allowance, claims));
  }
}

/** What was planned holds for this version alone. */
export function versionGuard({ id, version }: Document): DocumentGuard {
  return { document: id, version };
}

function letGo(claim: Claim, quantity: number, moves: Move[]): Claim {
  if (quantity === 0) return claim;
  moves.push({ legs: [{ from: claim.account, to: claim.undo }], quantity });
  const { account, undo } = claim;
  return { account, undo, quantity: claim.quantity - quantity };
}

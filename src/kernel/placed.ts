// Where the lines of a cart are asked for that name a segmented pool: in one segment first, and where that
// alone cannot give enough, in all of them within one transaction, so that its refusal is the last word.

import type { Move, PoolId, Transaction } from '../engines/contract.ts';
import { joined } from './join.ts';
import { type Plan, planned } from './plan.ts';
import { refuse } from './refusals.ts';
import { gather, type Segments, segmentsGuard } from './segments.ts';

export interface Place {
  segments: Segments;
  /** The segment that is asked, and that has the units of the line from then on. */
  segment: PoolId;
}

export interface Placed {
  /** By the pool that a line names. */
  places: ReadonlyMap<PoolId, Place>;
  /** One segment was asked and had too little. */
  wide: boolean;
}

interface PlacedLine {
  pool: PoolId;
  quantity: number;
  quantityMin?: number;
  /** The segment that it is asked for in. */
  at?: PoolId;
}

/** The pool whose accounts have what a line asks for. */
export function seatOf({ pool, at }: { pool: PoolId; at?: PoolId }): PoolId {
  return at ?? pool;
}

export function placedLine<L extends PlacedLine>(line: L, placed: Placed | undefined): L {
  const place = placed?.places.get(line.pool);
  return place === undefined ? line : { ...line, at: place.segment };
}

/** As many as there are is a question to all segments. */
export function asksAll(lines: readonly PlacedLine[], placed: Placed | undefined): boolean {
  if (placed === undefined) return false;
  return (
    placed.wide ||
    lines.some(({ at, quantityMin }) => at !== undefined && quantityMin !== undefined)
  );
}

/** Brings together what lines ask for, before they take it; and says so of the pools whose segments it knows. */
export function gatherFor(
  transaction: Transaction,
  lines: readonly Pick<PlacedLine, 'pool' | 'quantity' | 'at'>[],
  { places }: Placed,
): Transaction {
  const wanted = new Map<PoolId, { place: Place; into: PoolId; quantity: number }>();
  for (const { pool, at, quantity } of lines) {
    const place = places.get(pool);
    if (place === undefined || at === undefined) continue;
    const { quantity: before = 0 } = wanted.get(at) ?? {};
    wanted.set(at, { place, into: at, quantity: before + quantity });
  }
  const all = [...wanted.values()];
  const moves = all.flatMap(({ place, into, quantity }): Move[] =>
    gather(place.segments, into, { quantity }),
  );
  const guards = all.map(({ place }) => segmentsGuard(place.segments));
  const guarded = { ...transaction, guards: [...transaction.guards!, ...guards] };
  return joined({ moves, events: [] }, guarded);
}

/**
 * Makes a plan for one segment each one for all of them. Units that only come nearer count as moved, so that
 * what a whole transaction must grant is said by its lines instead.
 */
export function widened(
  transaction: Transaction,
  lines: readonly PlacedLine[],
  placed: Placed,
): Plan {
  const { grantedMin, ...rest } = transaction;
  const mayBeNone = grantedMin !== undefined && lines.every(({ quantityMin }) => quantityMin === 0);
  if (!mayBeNone) return planned(gatherFor(rest, lines, placed));
  if (lines.length > 1) {
    const pool = lines.find(({ at }) => at !== undefined)!.pool;
    return refuse('pool-segmented', { pool, expected: 'a quantityMin of 1 or more on some line' });
  }
  const moves = rest.moves!.map((move) => ({ ...move, quantityMin: 1 }));
  return planned(gatherFor({ ...rest, moves }, lines, placed));
}

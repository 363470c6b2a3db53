// A segmented pool's own verbs: how it gets its segments, and how units come in, get lost and change place
// in it. What comes in is shared out evenly; what goes out is brought together first, so that it is refused
// only where the whole has too little.

import type { Document, DocumentWrite, Move, PoolId, Transaction } from '../engines/contract.ts';
import { type AccountName, accountOf, BALANCE_MAX, poolDocumentId } from './accounts.ts';
import type { AdjustCommand, PutPoolCommand, ReceiveCommand, TransferCommand } from './commands.ts';
import { type Plan, planned } from './plan.ts';
import { type PoolData, poolData, poolDocumentData, UNDIVIDED } from './pool.ts';
import { refuse } from './refusals.ts';
import type { ReleaseQuarantineCommand } from './return-commands.ts';
import {
  activeSegments,
  allSegments,
  evenShares,
  gather,
  outsideFloors,
  type Segments,
  segmentsGuard,
} from './segments.ts';

/**
 * Sells a pool from segments, or from more or fewer than before. What it has to sell is shared out among
 * them in the same step; what is held goes on as it is, and is sold from the others when it is released.
 */
export function putSegments(
  { found, available = 0 }: { found: Document | undefined; available?: number | undefined },
  { pool, segments }: PutPoolCommand,
  data: PoolData,
): Plan {
  const before = found && poolData(found);
  if (before?.waiting === true) return refuse('pool-segmented', { pool, waiting: true });
  if (found?.state === 'CLOSED') return refuse('pool-closed', { pool, state: found.state });
  const active = segments ?? before!.segments!;
  const all = Math.max(active, before?.segmentsAll ?? 0);
  const next: Segments = { pool, version: 0, active, all };
  const id = poolDocumentId(pool);
  const { product, place } = data;
  const write: DocumentWrite = {
    ...{ id, kind: 'pool', state: 'SEGMENTED' },
    data: poolDocumentData({ ...data, segments: active, segmentsAll: all }),
  };
  return planned({
    guards: [found ? { document: id, version: found.version } : { document: id, absent: true }],
    floors: outsideFloors(next),
    moves: active === before?.segments ? [] : shareOut(next, available),
    writes: [
      write,
      ...allSegments(next).map((segment) => ({
        ...{ id: poolDocumentId(segment), kind: 'pool', state: 'OPEN' },
        data: poolDocumentData({ product, place }),
      })),
    ],
    events: [{ type: found ? 'pool.changed' : 'pool.created', subject: pool }],
  });
}

/** Everything to the first segment, and from there to the others; what was sold meanwhile the last ones miss. */
function shareOut(segments: Segments, available: number): Move[] {
  const [first] = activeSegments(segments) as [PoolId];
  const shares = passOn(segments, available, 0);
  return [
    ...gather(segments, first, { quantity: BALANCE_MAX }),
    ...shares.map((share) => ({ ...share, quantityMin: 0 })),
  ];
}

/** Units come in from outside. */
export function receiveInSegments(
  { quantity, reference }: ReceiveCommand,
  segments: Segments,
  start: number,
): Transaction {
  const { pool } = segments;
  return {
    ...onAllParts(segments),
    moves: sharesOf(segments, quantity, start).map(([segment, share]) =>
      move(accountOf(segment, 'supply'), accountOf(segment, 'available'), share),
    ),
    events: [
      { type: 'stock.received', subject: pool, ...(reference ? { data: { reference } } : {}) },
    ],
  };
}

/** Units are found or lost. */
export function adjustSegments(
  { quantity, reason, upTo }: AdjustCommand,
  segments: Segments,
  start: number,
): Transaction {
  const { pool } = segments;
  const received = receiveInSegments({ pool, quantity }, segments, start);
  const lost = quantity < 0 ? takeOut(segments, -quantity, 'written-off') : received.moves!;
  if (quantity < 0 && upTo === true) lost.at(-1)!.quantityMin = 1;
  const data = reason ? { data: { reason } } : {};
  return { ...received, moves: lost, events: [{ type: 'stock.adjusted', subject: pool, ...data }] };
}

function takeOut(segments: Segments, quantity: number, to: AccountName): Move[] {
  const [first] = activeSegments(segments) as [PoolId];
  return [
    ...gather(segments, first, { quantity }),
    move(accountOf(first, 'available'), accountOf(first, to), quantity),
  ];
}

/** Either side may be segmented, or both. */
export interface TransferSides {
  from: Segments | undefined;
  to: Segments | undefined;
  start: number;
}

/** Units change place within their product. */
export function transferSegments(
  command: TransferCommand,
  { from, to, start }: TransferSides,
): Transaction {
  const { quantity, reference } = command;
  const [source] = from === undefined ? [command.from] : activeSegments(from);
  const [target] = to === undefined ? [command.to] : activeSegments(to);
  const out = from === undefined ? [] : gather(from, source!, { quantity });
  const over = move(accountOf(source!, 'available'), accountOf(target!, 'available'), quantity);
  const on = to === undefined ? [] : passOn(to, quantity, start);
  const parts = [from, to].map((side, index) =>
    side === undefined
      ? { guards: [plainGuard(index === 0 ? command.from : command.to)], floors: [] }
      : onAllParts(side),
  );
  return {
    guards: parts.flatMap(({ guards }) => guards),
    floors: parts.flatMap(({ floors }) => floors),
    moves: [...out, over, ...on],
    events: [
      {
        ...{ type: 'stock.transferred', subject: command.from },
        data: { to: command.to, ...(reference ? { reference } : {}) },
      },
    ],
  };
}

/** Units come out of quarantine, wherever they stand. */
export function releaseSegmentsQuarantine(
  command: ReleaseQuarantineCommand,
  segments: Segments,
): Transaction {
  const { pool, quantity, to, reason } = command;
  const [first] = activeSegments(segments) as [PoolId];
  const target = accountOf(first, to === 'available' ? 'available' : 'written-off');
  const data = { to, quantity, ...(reason === undefined ? {} : { reason }) };
  return {
    ...onAllParts(segments),
    moves: [
      ...gather(segments, first, { quantity, name: 'quarantined' }),
      move(accountOf(first, 'quarantined'), target, quantity),
    ],
    events: [{ type: 'stock.unquarantined', subject: pool, data }],
  };
}

/** What came to the first segment goes on to the others. */
function passOn(segments: Segments, quantity: number, start: number): Move[] {
  const [first, ...others] = activeSegments(segments) as [PoolId, ...PoolId[]];
  return sharesOf(segments, quantity, start)
    .filter(([segment]) => others.includes(segment))
    .map(([segment, share]) =>
      move(accountOf(first, 'available'), accountOf(segment, 'available'), share),
    );
}

function sharesOf(segments: Segments, quantity: number, start: number): [PoolId, number][] {
  const shares = evenShares(quantity, segments.active, start);
  return activeSegments(segments)
    .map((segment, index): [PoolId, number] => [segment, shares[index]!])
    .filter(([, share]) => share > 0);
}

/** The number of each part goes up, so that whoever looks at the whole sees that it changed, and by how much. */
function onAllParts(segments: Segments) {
  return { guards: [segmentsGuard(segments)], floors: outsideFloors(segments) };
}

function plainGuard(pool: PoolId) {
  return { document: poolDocumentId(pool), stateIn: UNDIVIDED };
}

function move(from: string, to: string, quantity: number): Move {
  return { legs: [{ from, to }], quantity };
}

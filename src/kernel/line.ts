// The line of those who wait for a pool's units. While it is open, what is released there stands in
// `offered` until it is somebody's turn. Opening and closing it and the pool's own word for it are one
// transaction; how many wait is an account, so that a thousand may join at once.

import type { Document, DocumentWrite, Guard, Transaction } from '../engines/contract.ts';
import { accountOf, BALANCE_MAX, limitAccounts, ownerOf, poolAccounts } from './accounts.ts';
import { type Plan, planned } from './plan.ts';
import {
  IN_SALE,
  type PoolData,
  type PoolState,
  poolData,
  poolDocumentData,
  releaseTo,
  SELLING,
} from './pool.ts';
import { asJson, nextOf } from './reservation.ts';
import { type ReserveContext, reserve } from './reserve.ts';
import { offered, type WaiterData, waiterData } from './waiter.ts';
import type { WaitCommand } from './waiter-commands.ts';

/** Names that no purchase limit of a shop's own can have: those in line, and a buyer's place there. */
export const LINE_COUNT = '+line';
export const LINE_PLACE = '+place';

/** So many may wait for one pool. */
export const LINE_MAX = 1_000_000;

export type LineState = 'OPEN' | 'CLOSED';

/** Nobody joins the line of what is not on sale; what was joined before may end. */
const ENDING: readonly PoolState[] = ['OPEN', 'IN_SALE', 'CLOSED'];

export function lineId(pool: string): string {
  return `line:${pool}`;
}

/** The owner of the count of those who wait; its number changes with each who comes or goes. */
export function lineCount(pool: string) {
  const accounts = limitAccounts(LINE_COUNT, pool);
  return { ...accounts, owner: ownerOf(accounts.used) };
}

/** A place in the line of a sale's pool: which sale, and what must hold when it is taken. */
export interface Waiting {
  sale: string;
  guards: Guard[];
  /** Where the sale counts by address. */
  addressKey?: string;
}

export interface Line {
  pool: Document;
  /** Missing where nobody ever waited. */
  line: Document | undefined;
  /** Where a sale sells the pool. */
  waiting?: Waiting | undefined;
}

/** Takes a place at the end of the line; the first one opens it. */
export function join(command: WaitCommand, { pool, line, waiting }: Line, id: string): Plan {
  const count = lineCount(command.pool);
  const place = limitAccounts(LINE_PLACE, `${command.pool} ${command.buyer}`);
  const data: WaiterData = { pool: command.pool, quantity: command.quantity };
  if (waiting !== undefined) data.sale = waiting.sale;
  if (waiting?.addressKey !== undefined) data.addressKey = waiting.addressKey;
  const waiter: DocumentWrite = {
    id,
    fresh: true,
    kind: 'waiter',
    state: 'WAITING',
    buyer: command.buyer,
    owners: [command.pool],
    data: asJson(data),
    claims: [
      { move: 0, leg: 0, undo: count.used },
      { move: 1, leg: 0, undo: place.used },
    ],
  };
  if (command.reference !== undefined) waiter.reference = command.reference;
  const isOpen = line?.state === 'OPEN';
  const stateIn = waiting === undefined ? SELLING : IN_SALE;
  const opened = isOpen ? undefined : turned({ pool, line }, 'OPEN', stateIn);
  const own = opened?.guards ?? [
    { document: pool.id, stateIn },
    { document: lineId(command.pool), stateIn: ['OPEN'] },
  ];
  return planned({
    guards: [...(waiting?.guards ?? []), ...own],
    floors: [
      { account: count.used, floor: -LINE_MAX },
      { account: place.used, floor: -1 },
    ],
    moves: [count, place].map(({ used, granted }) => ({
      legs: [{ from: used, to: granted }],
      quantity: 1,
    })),
    writes: [waiter, ...(opened?.writes ?? [])],
    events: [...(opened?.events ?? []), { type: 'waiter.joined', subject: id }],
  });
}

/** Nobody waits any more, as of the count's number `seq`: what is left over goes to stock. */
export function closeLine({ pool, line }: Line & { line: Document }, seq: number): Transaction {
  const id = poolOf(line);
  const home = poolData(pool).home;
  const to = pool.state === 'CLOSED' && home ? { release: home } : poolAccounts(id).available;
  const closed = turned({ pool, line }, 'CLOSED', ENDING);
  return {
    ...closed,
    guards: [...closed.guards!, { owner: lineCount(id).owner, seq }],
    moves: [
      { legs: [{ from: accountOf(id, 'offered'), to }], quantity: BALANCE_MAX, quantityMin: 0 },
    ],
  };
}

export interface OfferContext {
  reserving: ReserveContext;
  /** Where the units are: what was released, or what came in meanwhile. */
  from: 'offered' | 'available';
  offerForMs: number;
  /** What else must hold. */
  guards?: readonly Guard[];
}

/** Holds units for a waiter, as many as there are of those it asked for; untaken they are released. */
export function makeOffer(
  waiter: Document,
  { reserving, from, offerForMs, guards = [] }: OfferContext,
): Plan {
  const { pool, quantity } = waiterData(waiter);
  const plan = reserve(
    {
      lines: [{ pool, quantity, quantityMin: 1 }],
      holdForMs: offerForMs,
      holdCapMs: offerForMs,
      ...(waiter.buyer === undefined ? {} : { buyer: waiter.buyer }),
    },
    reserving,
  );
  if (!plan.ok) return plan;
  const told = offered(waiter, reserving.id);
  if (!told.ok) return told;
  const { moves = [], writes = [], grantedMax, ...rest } = plan.transaction;
  const [units, ...others] = moves;
  const [first, ...legs] = units!.legs;
  const [reservation, ...allowances] = writes;
  const data = { ...reservation!.data, waiter: waiter.id };
  const back = told.transaction;
  const transaction: Transaction = {
    ...rest,
    guards: [...back.guards!, ...guards, ...rest.guards!],
    moves: [
      { ...units!, legs: [{ ...first!, from: accountOf(pool, from) }, ...legs] },
      ...others,
      ...back.moves!,
    ],
    writes: [{ ...reservation!, data }, ...allowances, ...back.writes!],
    events: [...back.events, ...rest.events],
  };
  // What the waiter counted in line is no unit.
  if (grantedMax !== undefined) transaction.grantedMax = grantedMax + 1;
  return planned(transaction);
}

function poolOf(line: Document): string {
  return line.id.slice('line:'.length);
}

/** Opens the line or closes it, in its own document and in the pool's. */
function turned(
  { pool, line }: Line,
  state: LineState,
  stateIn: readonly PoolState[],
): Transaction {
  const id = pool.id.slice('pool:'.length);
  const { waiting: _, ...rest } = poolData(pool);
  const data: PoolData = state === 'OPEN' ? { ...rest, waiting: true } : rest;
  const to = releaseTo(pool.state as PoolState, id, data);
  const own: Guard = line
    ? { document: line.id, version: line.version }
    : { document: lineId(id), absent: true };
  return {
    guards: [{ document: pool.id, version: pool.version, stateIn }, own],
    writes: [
      {
        ...nextOf(pool, pool.state, poolDocumentData(data)),
        ...(to === undefined ? {} : { releaseTo: to }),
      },
      { id: lineId(id), kind: 'line', state, data: {} },
    ],
    events: [{ type: state === 'OPEN' ? 'line.opened' : 'line.closed', subject: id }],
  };
}

// A flash sale as it is kept: what it sells, where that comes from, from when to when, and how much one
// buyer may have of it. What is left of it stands in accounts, never here. Its verbs are in sale-verbs.ts.

import type { Document, DocumentGuard, DocumentId, PoolId } from '../engines/contract.ts';
import type { CalendarPeriod } from './commands.ts';
import type { RefusalCode } from './refusals.ts';
import type { SaleRoom } from './sale-room.ts';
import type { WhenSoldOut } from './sold-out.ts';

export type SaleState = 'DRAFT' | 'ARMED' | 'OPEN' | 'CLOSED' | 'SETTLED';
export type SaleVerbName = 'put' | 'arm' | 'open' | 'close' | 'settle' | 'sell';

/** For each state and verb the state that follows, or why not. */
export const SALE_TRANSITIONS: Record<SaleState, Record<SaleVerbName, SaleState | RefusalCode>> = {
  DRAFT: {
    put: 'DRAFT',
    arm: 'ARMED',
    open: 'sale-not-armed',
    close: 'CLOSED',
    settle: 'sale-not-armed',
    sell: 'sale-not-open',
  },
  ARMED: {
    put: 'ARMED',
    arm: 'sale-armed',
    open: 'OPEN',
    close: 'CLOSED',
    settle: 'sale-armed',
    sell: 'sale-not-open',
  },
  OPEN: {
    put: 'OPEN',
    arm: 'sale-armed',
    open: 'sale-open',
    close: 'CLOSED',
    settle: 'sale-open',
    sell: 'OPEN',
  },
  CLOSED: {
    put: 'sale-closed',
    arm: 'sale-closed',
    open: 'sale-closed',
    close: 'sale-closed',
    settle: 'SETTLED',
    sell: 'sale-closed',
  },
  SETTLED: {
    put: 'sale-closed',
    arm: 'sale-closed',
    open: 'sale-closed',
    close: 'sale-closed',
    settle: 'sale-closed',
    sell: 'sale-closed',
  },
};

/** In which a sale can be bought from. */
const SELLING_STATES: readonly SaleState[] = ['OPEN'];

export interface SaleItemCommand {
  /** The pool that its units come from, and go back to. */
  from: PoolId;
  /** How many are set apart for the sale, 1 to 1,000,000,000. */
  quantity: number;
  /** What its own pool is called. Default `<from>:<sale>`: in the slot of the other, where a store has several. */
  pool?: PoolId;
  /** Of one unit in the sale, in minor units of the sale's currency. All items have one, or none has. */
  unitPrice?: number;
}

export interface SaleLimit {
  /** `address`: all who come from one address, whoever they say they are. */
  per: 'buyer' | 'address' | 'order';
  quantityMax: number;
  /** Counts each item by itself (default), or all of the sale together. */
  of?: 'item' | 'sale';
  /** Counts anew each calendar period, in `timeZone` (default UTC). Only per buyer. */
  period?: CalendarPeriod;
  timeZone?: string;
  /** Counts what was bought within the last so many ms. Only per buyer, not with `period`. */
  windowMs?: number;
  /** A returned unit may be bought again. Default false. */
  returnsGiveBack?: boolean;
}

/** How often one may try: `burst` at once, `perSecond` after that. */
export interface AttemptRate {
  perSecond: number;
  burst: number;
}

/** `multiple` attempts in hand for each unit that is left, the first to come or by lot. */
export interface SaleGate {
  multiple: number;
  by: 'arrival' | 'lot';
  /** How long attempts are gathered before lots are drawn. */
  drawEveryMs?: number;
}

/** A proof that whoever buys is no program, or pays for it. */
export interface SaleChallenge {
  /** `altcha`, which is built in, or one that the program brings. */
  kind: string;
  /** Asked for from this anomaly score on, 0 to 100; 0: of everybody. */
  from: number;
  /** How hard it is for who is like anybody; twice as hard with each 20 points. */
  cost?: number;
}

export interface SaleCommand {
  sale: string;
  items: SaleItemCommand[];
  /** Without it somebody opens it. */
  opensAtMs?: number;
  /** Without it somebody closes it. */
  closesAtMs?: number;
  limits?: SaleLimit[];
  /** Attempts to buy in it, of all buyers together; further ones are turned away before they are looked at. */
  rate?: AttemptRate;
  /** Of each buyer. */
  buyerRate?: AttemptRate;
  /** Lets in about as many attempts at once as its stock can serve. */
  gate?: SaleGate;
  /** What becomes of those who find it sold out. Default: they are refused. */
  whenSoldOut?: WhenSoldOut;
  /** Who wants to buy waits there for a pass. */
  room?: SaleRoom;
  challenge?: SaleChallenge;
  /** Of the items' prices. */
  currency?: string;
  /** Orders made in it run by the policy of this channel. Default `default`. */
  channel?: string;
}

export interface SaleItem extends SaleItemCommand {
  pool: PoolId;
  /** Where its pre-sold orders stand, once it had a pre-sale. */
  pre?: PoolId;
  /** Once it is settled: how many were sold. */
  sold?: number;
}

export interface Sale extends SaleCommand {
  items: SaleItem[];
  limits: SaleLimit[];
  /** When it was first looked at after it had closed. */
  closedAtMs?: number;
  /** It was closed as a draft: nobody was ever told of it. */
  neverArmed?: true;
  state: SaleState;
  version: number;
  createdAtMs: number;
  updatedAtMs: number;
}

export type SaleTerms = Omit<Sale, 'state' | 'version' | 'createdAtMs' | 'updatedAtMs'>;

export function saleId(sale: string): DocumentId {
  return `sale:${sale}`;
}

const guardsOfSales = new WeakMap<object, DocumentGuard>();

/** What must hold when units are sold in it. One for each sale: a name that is joined anew is hashed at each look. */
export function saleGuard(sale: Pick<Sale, 'sale'>): DocumentGuard {
  let guard = guardsOfSales.get(sale);
  if (guard === undefined) {
    guard = { document: saleId(sale.sale), stateIn: SELLING_STATES, due: false };
    guardsOfSales.set(sale, guard);
  }
  return guard;
}

export function saleTerms(document: Document): SaleTerms {
  const { turns: _, ...data } = document.data;
  return data as unknown as SaleTerms;
}

export function saleOf(document: Document): Sale {
  const { version, createdAtMs, updatedAtMs } = document;
  const state = document.state as SaleState;
  return { ...saleTerms(document), state, version, createdAtMs, updatedAtMs };
}

/** As it is to whoever looks: it opens and closes at its time, whoever has noticed. */
export function saleStateAt({ state, opensAtMs, closesAtMs }: Sale, nowMs: number): SaleState {
  const opens = state === 'ARMED' && opensAtMs !== undefined && opensAtMs <= nowMs;
  const shown = opens ? 'OPEN' : state;
  const closes = shown === 'OPEN' && closesAtMs !== undefined && closesAtMs <= nowMs;
  return closes ? 'CLOSED' : shown;
}

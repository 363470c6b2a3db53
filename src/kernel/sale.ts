// A flash sale as it is kept: what it sells, where that comes from, from when to when, and how much one
// buyer may have of it. What is left of it stands in accounts, never here. Its verbs are in sale-verbs.ts.

import type { Document, DocumentId, PoolId } from '../engines/contract.ts';
import type { CalendarPeriod } from './commands.ts';
import type { RefusalCode } from './refusals.ts';

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
export const SELLING_STATES: readonly SaleState[] = ['OPEN'];

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
  per: 'buyer' | 'order';
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

export interface SaleCommand {
  sale: string;
  items: SaleItemCommand[];
  /** Without it somebody opens it. */
  opensAtMs?: number;
  /** Without it somebody closes it. */
  closesAtMs?: number;
  limits?: SaleLimit[];
  /** Of the items' prices. */
  currency?: string;
  /** Orders made in it run by the policy of this channel. Default `default`. */
  channel?: string;
}

export interface SaleItem extends SaleItemCommand {
  pool: PoolId;
  /** Once it is settled: how many were sold. */
  sold?: number;
}

export interface Sale extends SaleCommand {
  items: SaleItem[];
  limits: SaleLimit[];
  /** When it was first looked at after it had closed. */
  closedAtMs?: number;
  state: SaleState;
  version: number;
  createdAtMs: number;
  updatedAtMs: number;
}

export type SaleTerms = Omit<Sale, 'state' | 'version' | 'createdAtMs' | 'updatedAtMs'>;

export function saleId(sale: string): DocumentId {
  return `sale:${sale}`;
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

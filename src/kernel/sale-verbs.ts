// The life of a sale once it is armed: opened, closed (what is left goes home), settled once nothing of it is held
// any more. How it is drafted, how its units are set apart and what is sold in it is not here.

import type { Document, DocumentGuard, DocumentWrite, Leg, Move } from '../engines/contract.ts';
import { accountOf, poolAccounts } from './accounts.ts';
import { versionGuard } from './give-back.ts';
import { type Plan, planned } from './plan.ts';
import { type PoolData, poolData, poolDocumentData, releaseTo } from './pool.ts';
import { exactly } from './preorder.ts';
import { type Refused, refuse } from './refusals.ts';
import { asJson, nextOf } from './reservation.ts';
import {
  SALE_TRANSITIONS,
  type Sale,
  type SaleItem,
  type SaleState,
  type SaleTerms,
  type SaleVerbName,
  saleOf,
  saleStateAt,
  saleTerms,
} from './sale.ts';

/** Looked at again after it closed, until nothing is held: as long after it as it has been closed. */
const LOOK_MIN_MS = 1_000;
const LOOK_MAX_MS = 60_000;

/** What a verb is done to: a sale, and the documents of the pools that it names. */
export interface SaleHolding {
  document: Document;
  pools: ReadonlyMap<string, Document>;
  /** Its time has come: only the passing of it may be why. */
  due?: boolean;
}

/** Whoever comes from now on may buy. */
export function openSale({ document, due }: SaleHolding): Plan {
  const next = saleTransition(document, 'open');
  if (!next.ok) return next;
  return planned({
    guards: [guardOf(document, due)],
    writes: [nextSale(document, next.state, saleTerms(document))],
    events: [{ type: 'sale.opened', subject: document.id }],
  });
}

/** Nobody buys any more; what is left goes home, and so does what is released from now on. */
export function closeSale({ document, pools, due }: SaleHolding): Plan {
  const next = saleTransition(document, 'close');
  if (!next.ok) return next;
  const data = saleTerms(document);
  const guards: DocumentGuard[] = [guardOf(document, due)];
  const moves: Move[] = [];
  const writes: DocumentWrite[] = [];
  const isDraft = document.state === 'DRAFT';
  for (const item of isDraft ? [] : data.items) {
    const { pool, from, quantity } = item;
    const own = pools.get(pool)!;
    guards.push(versionGuard(own));
    const legs = [{ from: poolAccounts(pool).available, to: { release: from } }];
    moves.push({ legs, quantity, quantityMin: 0 });
    const { waiting, ...rest } = poolData(own);
    // Whoever waits is told in turn; what came back for them does not wait for that.
    if (waiting === true) moves.push({ legs: [offered(item)], quantity, quantityMin: 0 });
    writes.push(closedPool(pool, own, rest));
  }
  return planned({
    guards,
    moves,
    writes: [
      nextSale(document, next.state, isDraft ? { ...data, neverArmed: true } : data),
      ...writes,
    ],
    events: [{ type: 'sale.closed', subject: document.id }],
  });
}

/** What a sale's pools have, by pool. */
export interface SaleBalances {
  held: number;
  sold: number;
  /** Whether the line of those who wait for it is not closed yet. */
  hasLine?: boolean;
  /** Units that were pre-sold and are not there. */
  awaited?: number;
}

/** The end of it, once nothing is held and nobody waits: its pools are no sale's any more. Until then it is looked at again. */
export function settleSale(
  { document, pools }: SaleHolding,
  balances: ReadonlyMap<string, SaleBalances>,
  nowMs: number,
): Plan {
  const next = saleTransition(document, 'settle');
  if (!next.ok) return next;
  const data = saleTerms(document);
  const of = ({ pool }: SaleItem): SaleBalances => balances.get(pool) ?? { held: 0, sold: 0 };
  const isLive = ({ held, hasLine, awaited = 0 }: SaleBalances) =>
    held > 0 || awaited > 0 || hasLine === true;
  if (data.items.some((item) => isLive(of(item)))) {
    const { closedAtMs = nowMs } = data;
    const afterMs = Math.min(LOOK_MAX_MS, Math.max(LOOK_MIN_MS, nowMs - closedAtMs));
    const write = nextOf(document, document.state, asJson({ ...data, closedAtMs }));
    const guards = [versionGuard(document)];
    return planned({ guards, writes: [{ ...write, deadline: { afterMs } }], events: [] });
  }
  const items = data.items.map((item) => ({ ...item, sold: of(item).sold }));
  const own = [...pools].filter(([, pool]) => poolData(pool).sale === data.sale);
  const free = own.map(([name, pool]) => {
    const { sale: _, ...rest } = poolData(pool);
    return closedPool(name, pool, rest);
  });
  return planned({
    guards: [versionGuard(document), ...own.map(([, pool]) => versionGuard(pool))],
    writes: [nextOf(document, next.state, asJson({ ...data, items })), ...free],
    events: [{ type: 'sale.settled', subject: document.id }],
  });
}

/** Its time has come: it opens, or closes. */
export function saleFallsDue(holding: SaleHolding): Plan {
  const due = { ...holding, due: true };
  return holding.document.state === 'ARMED' ? openSale(due) : closeSale(due);
}

/** The state that a verb leads to, or the refusal that the table names. */
export function saleTransition(
  document: Document,
  verb: SaleVerbName,
): { ok: true; state: SaleState } | Refused {
  const next = SALE_TRANSITIONS[document.state as SaleState][verb];
  if (next in SALE_TRANSITIONS) return { ok: true, state: next as SaleState };
  return refuse(next as Refused['code'], whatIsKnown(saleOf(document)));
}

/** Whether it can be bought from at a moment; what refuses it names when it opens. */
export function isSelling(sale: Sale, nowMs: number): Refused | undefined {
  const next = SALE_TRANSITIONS[saleStateAt(sale, nowMs)].sell;
  return next === 'OPEN' ? undefined : refuse(next as Refused['code'], whatIsKnown(sale));
}

function whatIsKnown({ sale, opensAtMs, closesAtMs }: Sale) {
  return {
    sale,
    ...(opensAtMs === undefined ? {} : { opensAtMs }),
    ...(closesAtMs === undefined ? {} : { closesAtMs }),
  };
}

export function nextSale(document: Document, state: SaleState, data: SaleTerms): DocumentWrite {
  const write = nextOf(document, state, asJson(data));
  const atMs = { ARMED: data.opensAtMs, OPEN: data.closesAtMs }[state as string];
  if (state === 'CLOSED') write.deadline = { afterMs: 0 };
  else if (atMs !== undefined) write.deadline = exactly(atMs);
  return write;
}

/** Nobody was faster; with `due`: and its time has come, or has not. */
function guardOf(document: Document, due?: boolean): DocumentGuard {
  const guard = versionGuard(document);
  return due === undefined || document.deadlineMs === undefined ? guard : { ...guard, due };
}

function offered({ pool, from }: SaleItem): Leg {
  return { from: accountOf(pool, 'offered'), to: { release: from } };
}

function closedPool(pool: string, own: Document, data: PoolData): DocumentWrite {
  const to = releaseTo('CLOSED', pool, data);
  const write = nextOf(own, 'CLOSED', poolDocumentData(data));
  return to === undefined ? write : { ...write, releaseTo: to };
}

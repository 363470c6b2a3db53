// Shows what the library knows in the outside format: ISO times and durations, camelCase names.
// Changes names and notations only; whoever decides something here has put it in the wrong place.

import type { Document, Entry } from '../engines/contract.ts';
import { INSIDE, OUTSIDE } from '../kernel/accounts.ts';
import { type LimitRule, limitRule } from '../kernel/limits.ts';
import { poolData } from '../kernel/pool.ts';
import { type Reservation, viewReservation } from '../kernel/reservation.ts';
import { type Pool, type PoolInfo, shownState } from '../stock/pool-view.ts';
import { formatDuration } from './duration.ts';
import { formatInstant } from './instant.ts';
import type {
  EntryOutside,
  LimitOutside,
  PoolBalancesOutside,
  PoolInfoOutside,
  PoolOutside,
  ReservationOutside,
} from './shapes/replies.ts';

export function showReservation(reservation: Reservation): ReservationOutside {
  const { createdAtMs, updatedAtMs, expiresAtMs, metadata, ...rest } = reservation;
  const shown: ReservationOutside = {
    ...rest,
    createdAt: formatInstant(createdAtMs),
    updatedAt: formatInstant(updatedAtMs),
  };
  if (metadata !== undefined) shown.metadata = metadata as Record<string, never>;
  if (expiresAtMs !== undefined) shown.expiresAt = formatInstant(expiresAtMs);
  return shown;
}

export function showPoolInfo(pool: PoolInfo): PoolInfoOutside {
  const { id, product, place, home, sale, segments, state, version } = pool;
  const info: PoolInfoOutside = { id, product, place, state, version };
  if (home !== undefined) info.home = home;
  if (sale !== undefined) info.sale = sale;
  if (segments !== undefined) info.segments = segments;
  return info;
}

export function showPool(pool: Pool): PoolOutside {
  return { ...showPoolInfo(pool), ...showBalances(pool) };
}

/** Balances of a past moment; accounts that had not been touched stood at 0. */
export function showPoolAt(
  id: string,
  atMs: number,
  found: Readonly<Record<string, number>>,
): PoolBalancesOutside {
  return { id, at: formatInstant(atMs), ...showBalances(found) };
}

type BalancesOutside = Omit<PoolBalancesOutside, 'id' | 'at'>;

const ACCOUNTS = [...INSIDE, ...OUTSIDE].map((name) => [name, accountOutside(name)] as const);

function showBalances(found: object): BalancesOutside {
  const balances = found as Readonly<Record<string, number | undefined>>;
  const shown: Record<string, number> = {};
  for (const [name, outside] of ACCOUNTS) shown[outside] = balances[name] ?? 0;
  return shown as BalancesOutside;
}

/** An account's name: `in-transit` as `inTransit`. */
export function accountOutside(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

export function showLimit(rule: LimitRule): LimitOutside {
  const { windowMs, ...rest } = rule;
  return windowMs === undefined ? rest : { ...rest, window: formatDuration(windowMs) };
}

/** One accepted transaction, as the journal shows it. */
export function showEntry(entry: Entry): EntryOutside {
  const shown: EntryOutside = {
    position: entry.position,
    at: formatInstant(entry.atMs),
    events: entry.events.map(({ type, subject, data }) =>
      data === undefined ? { type, subject } : { type, subject, data },
    ),
    moves: entry.moves.map(({ from, to, quantity }) => ({ from, to, quantity })),
    pools: showTouchedPools(entry),
    // As of the entry nothing in it was due.
    reservations: ofKind(entry, 'reservation').map((document) =>
      showReservation(viewReservation(document, 0)),
    ),
    limits: ofKind(entry, 'limit').map((document) => showLimit(limitRule(document))),
  };
  if (entry.request !== undefined) shown.principal = entry.request.principal;
  return shown;
}

function ofKind(entry: Entry, kind: string): Document[] {
  return entry.documents.filter((document) => document.kind === kind);
}

function showTouchedPools(entry: Entry): EntryOutside['pools'] {
  const written = new Map(ofKind(entry, 'pool').map((document) => [document.id, document]));
  return entry.seqs
    .filter(([owner]) => !owner.startsWith('!'))
    .map(([pool, version]) => {
      const document = written.get(`pool:${pool}`);
      if (document === undefined) return { pool, version };
      const { product, place, home, sale } = poolData(document);
      const info = { pool, version, product, place, state: shownState(document) };
      return {
        ...info,
        ...(home === undefined ? {} : { home }),
        ...(sale === undefined ? {} : { sale }),
      };
    });
}

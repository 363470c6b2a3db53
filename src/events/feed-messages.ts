// Writes the feed's messages: which pools and reservations of a window a reader is told of, as JSON in
// a frame. Writes out each thing once, whoever wants it; leaves out what is too much for one message
// and counts it.

import type { Document, Engine, OwnerState } from '../engines/contract.ts';
import type { ChangedReservation, FeedWindow } from './feed-window.ts';

export interface FeedMessage {
  /** A snapshot replaces all that the reader knew; an update goes on from it. */
  kind: 'update' | 'snapshot';
  position: number;
  json: string;
}

export interface FeedFormat {
  /** Pools as they are seen; undefined for none of that id. */
  look(ids: readonly string[]): Promise<(OwnerState | undefined)[]>;
  /** How things are written out, as JSON. */
  show: {
    pool(state: OwnerState): string;
    reservation(document: Document): string;
    instant(atMs: number): string;
  };
  /** The bytes that are sent for a message. */
  frame: (message: FeedMessage) => Uint8Array;
}

/** More of one message are left out, oldest first, and counted in `omitted`. */
const RESERVATIONS_MAX = 500;
const POOLS_MAX = 1_000;

export type ShownPools = ReadonlyMap<string, string>;

export class FeedMessages {
  readonly #engine: Engine;
  readonly #format: FeedFormat;

  constructor(engine: Engine, format: FeedFormat) {
    this.#engine = engine;
    this.#format = format;
  }

  /** Pools as they are now, written out; what is no pool is left out. */
  async pools(ids: Iterable<string>): Promise<ShownPools> {
    const shown = new Map<string, string>();
    const asked = [...ids];
    if (asked.length === 0) return shown;
    for (const state of await this.#format.look(asked)) {
      if (state?.document !== undefined) shown.set(state.owner, this.#format.show.pool(state));
    }
    return shown;
  }

  snapshot(position: number, pools: ShownPools): Uint8Array {
    const { nowMs } = this.#engine.clock();
    return this.#frame('snapshot', { position, atMs: nowMs, pools: [...pools.values()] });
  }

  /** Undefined where the window has nothing to do with the pools that are asked for. */
  update(
    window: FeedWindow,
    asked: ReadonlySet<string>,
    shown: ShownPools,
  ): Uint8Array | undefined {
    const all = asked.size === 0;
    const changed = all ? [...window.reservations.values()] : window.reservationsOf(asked);
    const touched = toldPools(window, asked);
    if (!all && changed.length + touched.length === 0) return undefined;
    const told = changed.slice(-RESERVATIONS_MAX);
    const omittedPools = all ? window.pools.size - touched.length : 0;
    return this.#frame('update', {
      position: window.to,
      atMs: window.atMs,
      pools: touched.map((pool) => shown.get(pool)).filter((text) => text !== undefined),
      reservations: told.map((each) => this.#reservation(each)),
      omitted: { pools: omittedPools, reservations: changed.length - told.length },
    });
  }

  #reservation(changed: ChangedReservation): string {
    changed.text ??= this.#format.show.reservation(changed.document);
    return changed.text;
  }

  #frame(kind: FeedMessage['kind'], told: Told): Uint8Array {
    const { position, atMs, pools, reservations = [], omitted } = told;
    const at = this.#format.show.instant(atMs);
    const lists = `"pools":[${pools.join(',')}],"reservations":[${reservations.join(',')}]`;
    const missing = JSON.stringify(omitted ?? { pools: 0, reservations: 0 });
    const { journalId } = this.#engine;
    const journal = journalId === undefined ? '' : `"journal":"${journalId}",`;
    const json = `{${journal}"position":${position},"at":"${at}",${lists},"omitted":${missing}}`;
    return this.#format.frame({ kind, position, json });
  }
}

interface Told {
  position: number;
  atMs: number;
  pools: string[];
  reservations?: string[];
  omitted?: { pools: number; reservations: number };
}

/** The pools of a window that a reader is told of; asked for none, it is told of all. */
export function toldPools(window: FeedWindow, asked: ReadonlySet<string>): string[] {
  if (asked.size === 0) return [...window.pools].slice(-POOLS_MAX);
  return [...asked].filter((pool) => window.pools.has(pool));
}

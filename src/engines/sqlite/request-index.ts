// Which request was answered by which entry, for as many requests as the journal has. The newest
// generations are held here; of a closed one only who is in it, and the tables know where. The
// answer itself is read from the journal, where it stands anyway.

import { fingerprint } from '../../kernel/fingerprint.ts';
import type { Entry, RequestName } from '../contract.ts';
import type { Requests } from '../live-state.ts';
import { FingerprintMap } from './fingerprint-map.ts';
import { FingerprintSet, generationOf } from './fingerprint-set.ts';

export interface RequestSources {
  entry(position: number): Entry | undefined;
  /** Positions of a closed generation's requests with this fingerprint. */
  stored(generation: number, fingerprint: number): number[];
}

export class RequestIndex implements Requests {
  readonly #sources: RequestSources;
  readonly #open = new Map<number, FingerprintMap>();
  readonly #closed = new Map<number, FingerprintSet>();

  constructor(sources: RequestSources) {
    this.#sources = sources;
  }

  get(name: RequestName): Entry | undefined {
    const print = requestFingerprint(name);
    for (const map of this.#open.values()) {
      const positions = map.get(print);
      if (positions === undefined) continue;
      const entry = this.#first(name, positions);
      if (entry !== undefined) return entry;
    }
    for (const [generation, set] of this.#closed) {
      if (!set.has(print)) continue;
      const entry = this.#first(name, this.#sources.stored(generation, print));
      if (entry !== undefined) return entry;
    }
    return undefined;
  }

  add(name: RequestName, position: number): void {
    const generation = generationOf(position);
    let map = this.#open.get(generation);
    if (map === undefined) {
      map = new FingerprintMap();
      this.#open.set(generation, map);
    }
    map.add(requestFingerprint(name), position);
  }

  /** A generation is stored: only its members' marks stay in memory. */
  close(generation: number, slots: Uint32Array): void {
    this.#closed.set(generation, new FingerprintSet(slots));
    this.#open.delete(generation);
  }

  /** Requests that are old enough are forgotten: sent again, they are first tries. */
  drop(generation: number): void {
    this.#closed.delete(generation);
    this.#open.delete(generation);
  }

  #first(name: RequestName, positions: readonly number[]): Entry | undefined {
    for (const position of positions) {
      const entry = this.#sources.entry(position);
      const request = entry?.request;
      if (request?.key === name.key && request.principal === name.principal) return entry;
    }
    return undefined;
  }
}

export function requestFingerprint({ principal, key }: RequestName): number {
  return fingerprint(principal, key);
}

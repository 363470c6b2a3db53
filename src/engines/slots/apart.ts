// Which transactions of a batch are decided apart: those that need several slots, and those behind them that
// build on what they change. Each of them waits for those before it that it builds on, and for no other. Pure.

import { ownerOf } from '../../kernel/accounts.ts';
import { requestKey } from '../../kernel/overlay.ts';
import type { Transaction } from '../contract.ts';

/** What those before have changed, and who did it last. */
export class Changed {
  readonly #by = new Map<string, number>();

  get isEmpty(): boolean {
    return this.#by.size === 0;
  }

  add(place: number, { request, floors = [], moves = [], writes = [] }: Transaction): void {
    if (request !== undefined) this.#by.set(requestKey(request), place);
    for (const { account } of floors) this.#by.set(account, place);
    for (const { legs } of moves) {
      for (const { to } of legs) {
        // Where a release goes is not known yet: anywhere among that pool's accounts, or its home's.
        this.#by.set(typeof to === 'string' ? to : `${to.release}/available`, place);
      }
    }
    for (const { id } of writes) this.#by.set(id, place);
  }

  /** Those of them that a transaction builds on. */
  under({ request, guards = [], floors = [], moves = [], writes = [] }: Transaction): Set<number> {
    const found = new Set<number>();
    const look = (name: string) => {
      const place = this.#by.get(name);
      if (place !== undefined) found.add(place);
    };
    if (request !== undefined) look(requestKey(request));
    for (const guard of guards) {
      if ('document' in guard) look(guard.document);
      else for (const [name, place] of this.#by) if (ownsName(guard.owner, name)) found.add(place);
    }
    for (const { account } of floors) look(account);
    for (const { legs } of moves) {
      for (const { from, to } of legs) {
        look(from);
        if (typeof to !== 'string') look(`pool:${to.release}`);
      }
    }
    for (const { id } of writes) look(id);
    return found;
  }
}

function ownsName(owner: string, name: string): boolean {
  return name.includes('/') ? ownerOf(name) === owner : name === `pool:${owner}`;
}

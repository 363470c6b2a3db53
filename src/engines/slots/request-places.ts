// At which home this server has asked for requests lately: a key that comes again for another command may have
// another home, and is looked for at the first one. Other servers' keys it does not know.

import { requestKey } from '../../kernel/overlay.ts';
import type { RequestName } from '../contract.ts';

/** Of each of two generations: the older one is dropped. */
const REMEMBERED_MAX = 200_000;

export class RequestPlaces {
  #young = new Map<string, number>();
  #old = new Map<string, number>();

  /** Where it was asked for before; from now on here, if nowhere. */
  first(request: RequestName, home: number): number {
    const key = requestKey(request);
    const before = this.#young.get(key) ?? this.#old.get(key);
    if (before !== undefined) return before;
    this.#set(key, home);
    return home;
  }

  /** It was accepted here. */
  remember(request: RequestName, home: number): void {
    this.#set(requestKey(request), home);
  }

  #set(key: string, home: number): void {
    if (this.#young.size >= REMEMBERED_MAX) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, home);
  }
}

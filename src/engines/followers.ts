// Those who follow an engine's durable entries. One that throws is reported and harms nobody else.

import type { Entry } from './contract.ts';

/** All entries, or those alone that write a document named by its kind. */
export type FollowerNeeds = 'all' | 'named';
export type Follower = (entries: readonly Entry[]) => void;

export class Followers {
  readonly #followers = new Map<Follower, () => FollowerNeeds>();
  /** The last entry that was told. */
  told = 0;

  add(follower: Follower, needs: () => FollowerNeeds = () => 'all'): () => void {
    this.#followers.set(follower, needs);
    return () => this.#followers.delete(follower);
  }

  /** Whether any of them needs every entry, at present. */
  get needAll(): boolean {
    for (const needs of this.#followers.values()) if (needs() === 'all') return true;
    return false;
  }

  tell(entries: readonly Entry[]): void {
    this.told = entries.at(-1)?.position ?? this.told;
    for (const follower of this.#followers.keys()) {
      try {
        follower(entries);
      } catch (error) {
        process.emitWarning(`a follower of the journal failed: ${String(error)}`);
      }
    }
  }

  clear(): void {
    this.#followers.clear();
  }
}

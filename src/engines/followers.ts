// Those who follow an engine's durable entries. One that throws is reported and harms nobody else.

import type { Entry } from './contract.ts';

export type Follower = (entries: readonly Entry[]) => void;

export class Followers {
  readonly #followers = new Set<Follower>();
  /** The last entry that was told. */
  told = 0;

  add(follower: Follower): () => void {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  tell(entries: readonly Entry[]): void {
    this.told = entries.at(-1)?.position ?? this.told;
    for (const follower of this.#followers) {
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

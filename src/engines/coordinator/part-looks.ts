// The regular look at a part: whether it is there, and is the one it should be, and what was left
// prepared in it. One at a time for each; a part that was away is used again once a look has succeeded.

import { enterPart } from './entering.ts';
import type { Part } from './part.ts';
import type { InDoubt, Recovery } from './recovery.ts';

export class PartLooks {
  readonly #recovery: Recovery;
  readonly #journalId: string;
  readonly #underWay = new Map<Part, Promise<InDoubt[]>>();

  constructor(recovery: Recovery, journalId: string) {
    this.#recovery = recovery;
    this.#journalId = journalId;
  }

  /** @throws HoldfastError `unavailable` */
  look(part: Part): Promise<InDoubt[]> {
    const underWay = this.#underWay.get(part);
    if (underWay !== undefined) return underWay;
    const look = this.#look(part).finally(() => this.#underWay.delete(part));
    this.#underWay.set(part, look);
    return look;
  }

  /** Resolves when none is under way. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.#underWay.values());
  }

  async #look(part: Part): Promise<InDoubt[]> {
    const { losses } = part;
    if (part.away !== undefined) {
      // It may have been set up anew meanwhile.
      await part.ask(() => enterPart(part, { journalId: this.#journalId, existing: true }));
      part.forgetOwners();
    }
    const found = await this.#recovery.settle(part);
    part.found(losses);
    return found;
  }
}

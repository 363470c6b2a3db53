// The regular look at a part: whether it is there, and is the one it should be, and what was left
// prepared in it. One at a time for each; a part that was away is used again once a look has succeeded.

import { SYSTEM_TIME } from '../clock.ts';
import type { Connections } from '../postgres/connections.ts';
import { enterPart } from './entering.ts';
import type { Part } from './part.ts';
import { PartDatabases } from './part-databases.ts';
import type { InDoubt, Recovery } from './recovery.ts';

const LOOKS_MAX = 5;
const AT_ONCE_MS = 1_000;

interface Home {
  connections: Connections;
  schema: string;
  journalId: string;
}

export class PartLooks {
  readonly #recovery: Recovery;
  readonly #journalId: string;
  readonly #databases: PartDatabases;
  readonly #underWay = new Map<Part, Promise<InDoubt[]>>();

  constructor(recovery: Recovery, home: Home) {
    this.#recovery = recovery;
    this.#journalId = home.journalId;
    this.#databases = new PartDatabases(home);
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

  /** A few times at once: what failed may have been a connection that broke long ago. */
  async #look(part: Part): Promise<InDoubt[]> {
    const startMs = SYSTEM_TIME.monotonicMs();
    for (let look = 1; ; look += 1) {
      const isLast = look === LOOKS_MAX || SYSTEM_TIME.monotonicMs() - startMs > AT_ONCE_MS;
      try {
        const found = await this.#lookOnce(part);
        if (part.away === undefined || isLast) return found;
      } catch (error) {
        if (isLast) throw error;
      }
    }
  }

  async #lookOnce(part: Part): Promise<InDoubt[]> {
    const { losses } = part;
    if (part.away !== undefined) {
      // It may have been set up anew meanwhile.
      await part.ask(() => enterPart(part, { journalId: this.#journalId, existing: true }));
      part.forgetOwners();
    }
    // Another address may stand behind its name without any connection being lost.
    await this.#databases.check(part);
    const found = await this.#recovery.settle(part);
    part.found(losses);
    return found;
  }
}

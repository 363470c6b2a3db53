// Ends parts whose coordinator has not: after 5 s anybody may decide against a change at its home, the first
// decision there wins, and every part follows it. Also waits for what others are about to decide.

import { setTimeout as delay } from 'node:timers/promises';
import { ownerOf } from '../../kernel/accounts.ts';
import type { AccountId, Document } from '../contract.ts';
import { crashPoint } from '../crash-point.ts';
import { aborting, ending, isCommitted, PART, PARTS, partDataOf, takingBack } from './forms.ts';
import type { Slot } from './slot.ts';
import type { SlotCommits } from './slot-commits.ts';
import { isWaiting } from './undecided-document.ts';

/** A coordinator that is slower has lost. */
const ABANDONED_MS = 5_000;
const LOOK_EVERY_MS = 1_000;
const AT_ONCE_MAX = 64;
const ATTEMPTS_MAX = 5;
const WAIT_MAX_MS = 250;
const WAIT_LOOK_MS = 2;

export class Settling {
  readonly #slots: readonly Slot[];
  readonly #commits: SlotCommits;
  #timer: NodeJS.Timeout | undefined;
  #sweeping: Promise<unknown> | undefined;

  constructor(slots: readonly Slot[], commits: SlotCommits) {
    this.#slots = slots;
    this.#commits = commits;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#sweeping ??= this.sweep()
        .catch(() => {})
        .finally(() => {
          this.#sweeping = undefined;
        });
    }, LOOK_EVERY_MS);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sweeping;
  }

  /** Ends what was left behind, in every slot that answers. */
  async sweep(): Promise<void> {
    await Promise.allSettled(
      this.#slots.map(async (slot, index) => {
        const { nowMs } = slot.clock();
        const parts = await slot.undecidedOn(PARTS, AT_ONCE_MAX);
        const left = parts.filter(({ createdAtMs }) => nowMs - createdAtMs > ABANDONED_MS);
        for (const part of left) {
          crashPoint('slots-found');
          await this.#end(index, part);
          crashPoint('slots-settled');
        }
      }),
    );
  }

  /** Decides against a change if it is not decided. Undefined: it is not to be. */
  async decided(home: number, decision: string): Promise<Document | undefined> {
    const outcome = await this.#commits.commitRecorded(home, aborting(decision));
    if (outcome.ok || outcome.refusal.code !== 'document') return undefined;
    const { found } = outcome.refusal;
    return found !== undefined && isCommitted(found) ? found : undefined;
  }

  /** Takes a part back for which nothing was decided, nor will be. */
  async takeBack(slot: number, part: Document): Promise<void> {
    const { documents, lowered } = partDataOf(part);
    const engine = this.#slots[slot]!;
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const marked = await engine.documents(documents);
      const owners = [...new Set(lowered.map(([account]) => ownerOf(account)))];
      const asked = takingBack(part, {
        documents: marked.filter((each) => each !== undefined),
        owners: (await engine.owners(owners)).filter((each) => each !== undefined),
      });
      const outcome = await this.#commits.commit(slot, asked);
      // Somebody has touched an owner since it was read.
      if (outcome.ok || outcome.refusal.code !== 'seq') return;
    }
  }

  /** Ends a part as its home has decided. */
  async follow(slot: number, part: Pick<Document, 'id'>, decided: Document) {
    const end = ending(decided, part.id);
    return end === undefined ? undefined : this.#commits.commit(slot, end);
  }

  /** Until what is undecided on an account has been decided, or a moment. */
  async waitFor(slot: number, account: AccountId): Promise<void> {
    const look = async () => {
      const found = await this.#slots[slot]!.undecidedOn(account, AT_ONCE_MAX);
      return found.filter((each) => each.kind === PART || isWaiting(each)).map(({ id }) => id);
    };
    const first = new Set(await look());
    if (first.size === 0) return;
    await this.#until(async () => !(await look()).some((id) => first.has(id)));
  }

  /** Until a document has heard what was decided, or a moment. */
  async waitForDocument(slot: number, id: string): Promise<void> {
    await this.#until(async () => {
      const [found] = await this.#slots[slot]!.documents([id]);
      return found === undefined || !isWaiting(found);
    });
  }

  async #end(slot: number, part: Document): Promise<void> {
    const { decision, home } = partDataOf(part);
    const decided = await this.decided(home, decision);
    if (decided === undefined) await this.takeBack(slot, part);
    else await this.follow(slot, part, decided);
  }

  async #until(isOver: () => Promise<boolean>): Promise<void> {
    const startMs = performance.now();
    while (!(await isOver()) && performance.now() - startMs < WAIT_MAX_MS) {
      await delay(WAIT_LOOK_MS);
    }
  }
}

// Finishes what a coordinator has left prepared in a part: as home has decided, or, where nobody has
// decided for too long, aborted. Any number of servers may be at it at once.

import { crashPoint } from '../crash-point.ts';
import type { Decisions } from './decisions.ts';
import type { Part } from './part.ts';
import { finishPrepared, type Outcome, type Prepared, preparedIn } from './prepared.ts';

/** A coordinator that has not decided by then is gone: home's transaction may idle no longer. */
const UNDECIDED_MAX_MS = 5_000;

/** A transaction that was found prepared. */
export interface InDoubt {
  part: string;
  id: string;
  sinceMs: number;
  decision: Outcome | 'none yet';
  /** `left`: whoever prepared it may still decide. `gone`: somebody else was faster. */
  done: 'committed' | 'rolled back' | 'gone' | 'left';
}

export class Recovery {
  readonly #decisions: Decisions;
  readonly #undecidedMaxMs: number;

  constructor(decisions: Decisions, undecidedMaxMs = UNDECIDED_MAX_MS) {
    this.#decisions = decisions;
    this.#undecidedMaxMs = undecidedMaxMs;
  }

  /** Finishes what can be finished in a part, and tells what it found. */
  async settle(part: Part): Promise<InDoubt[]> {
    // In this order: what is prepared by now and committed has its decision by then.
    const prepared = await part.ask((at) => preparedIn(at, part.gidPrefix));
    if (prepared.length === 0) return [];
    crashPoint('recovery-found');
    const outcomes = await this.#decisions.outcomes(prepared.map(({ id }) => id));
    const found: InDoubt[] = [];
    for (const each of prepared) {
      found.push(await this.#settleOne(part, each, outcomes.get(each.id)));
    }
    return found;
  }

  async #settleOne(
    part: Part,
    { id, gid, sinceMs, ageMs }: Prepared,
    known: Outcome | undefined,
  ): Promise<InDoubt> {
    const told = { part: part.name, id, sinceMs };
    if (known === undefined && ageMs < this.#undecidedMaxMs) {
      return { ...told, decision: 'none yet', done: 'left' };
    }
    const decision = known ?? (await this.#decisions.abort(id));
    crashPoint('recovery-decided');
    const isOurs = await part.ask((at) =>
      at.with((connection) => finishPrepared(connection, gid, decision)),
    );
    crashPoint('recovery-finished');
    const done = decision === 'commit' ? 'committed' : 'rolled back';
    return { ...told, decision, done: isOurs ? done : 'gone' };
  }
}

// One command on its way from its caller to the answer. Holds what the attempts to carry it through
// need; how they go on is not decided here.

import type { Lane, Pending } from '../engines/batcher.ts';
import type {
  CommitRefusal,
  Decided,
  Outcome,
  RequestIdentity,
  Transaction,
} from '../engines/contract.ts';
import type { Plan } from '../kernel/plan.ts';
import type { Refused } from '../kernel/refusals.ts';
import type { IfMatch } from './what-moved.ts';

/** The same command was accepted before when `repeated`: `value` is what was answered then. */
export interface Accepted<T> {
  ok: true;
  repeated: boolean;
  value: T;
}

/** What a plan may want to know of the attempt that it is for. */
export interface Asking {
  /** Under which the command came. */
  key: string | undefined;
  /** One segment of its pool had too little: all of them are to be asked. */
  wide: boolean;
}

/** For a plan that is made once: asks all segments at once. */
export const WIDE: Asking = { key: undefined, wide: true };

export interface Work<T> {
  lane: Lane;
  request: RequestIdentity | undefined;
  /** Reads what it needs and asks the kernel. Called again when something moved in between. */
  plan: (asking: Asking) => Plan | Promise<Plan>;
  /** What the caller is told of the entry when it was accepted. */
  value: (entry: Decided) => T;
  /** The caller's own condition on a version; when it fails the answer is final. */
  ifMatch: IfMatch | undefined;
}

type Shortage = Pick<Extract<CommitRefusal, { code: 'insufficient' }>, 'account' | 'inflow'>;

/** Goes on with an attempt that was refused. */
export type Carry = (attempt: Attempt, refusal: CommitRefusal) => void;

export interface Caller {
  resolve(answer: Accepted<unknown> | Refused): void;
  reject(error: unknown): void;
}

/** One command on its way. It waits in the batcher itself: an object and two closures less. */
export class Attempt implements Pending {
  readonly work: Work<unknown>;
  readonly caller: Caller;
  readonly #carry: Carry;
  replans = 0;
  /** Whether all segments of its pools are asked. */
  wide = false;
  /** Of what is known of segments, when its plan was made. */
  revision = 0;
  /** Where it was short, what had come in there, and how often in a row it found that unchanged. */
  #shortOf = '';
  #inflow = 0;
  #unchanged = 0;
  transaction: Transaction = NOTHING;
  /** What the plan was refused for; its transaction is only to find out whether that stands. */
  unplanned: Refused | undefined;

  constructor(work: Work<unknown>, carry: Carry, caller: Caller) {
    this.work = work;
    this.#carry = carry;
    this.caller = caller;
  }

  plan(): Plan | Promise<Plan> {
    return this.work.plan({ key: this.work.request?.key, wide: this.wide });
  }

  done(outcome: Outcome): void {
    if (!outcome.ok) {
      this.#carry(this, outcome.refusal);
      return;
    }
    const { repeated, entry } = outcome;
    this.caller.resolve({ ok: true, repeated, value: this.work.value(entry) });
  }

  failed(error: unknown): void {
    this.caller.reject(error);
  }

  /** Whether nothing has come in where it is short since it was refused so many times. */
  isStuck({ account, inflow }: Shortage, timesMax: number): boolean {
    const isNew = account !== this.#shortOf || inflow !== this.#inflow;
    this.#shortOf = account;
    this.#inflow = inflow;
    this.#unchanged = isNew ? 0 : this.#unchanged + 1;
    return this.#unchanged > timesMax;
  }
}

const NOTHING: Transaction = { events: [] };

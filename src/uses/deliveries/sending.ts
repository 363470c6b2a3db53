// The seam between the courier and the ways in which one kind of endpoint is told: an address that is
// posted to, a sender that reaches buyers. Types only.

import type { Document } from '../../engines/contract.ts';
import type { AttemptData } from '../../kernel/delivery.ts';
import type { Plan } from '../../kernel/plan.ts';

/** What becomes of the latest version of a delivery. */
export type Rule = (latest: Document) => Plan | Promise<Plan>;

export interface Attempt {
  delivery: Document;
  /** What it goes to, in use. */
  endpoint: Document;
  atMs: number;
  /** Aborted when the process stops: another one will send it. */
  stopping: AbortSignal;
}

/** Makes one attempt, which must end by itself, and says what follows from it. Never throws on purpose. */
export type Sending = (attempt: Attempt) => Promise<Rule>;

/** An attempt of now that came to nothing before anything went out. */
export function notSent(atMs: number, error: string): AttemptData {
  return { atMs, error, tookMs: 0 };
}

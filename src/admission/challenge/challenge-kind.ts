// What a kind of challenge has to do: make one for somebody who wants to buy, and say whether what came back solves
// it. The built-in one is in altcha-challenge.ts; a program may bring others, with pictures or of a hosted service.

import type { JsonObject } from '../../engines/contract.ts';
import type { SaleChallenge } from '../../kernel/sale.ts';

/** Who is challenged, and how hard. */
export interface ChallengeAsked {
  readonly sale: string;
  /** A solution is good for this buyer alone, and for one without a name if there is none. */
  readonly buyer: string | undefined;
  /** Where they come from, in one form. */
  readonly address: string;
  /** How odd they are, 0 to 100. */
  readonly score: number;
  /** By the store's clock. */
  readonly nowMs: number;
  /** As the sale has it. */
  readonly terms: SaleChallenge;
}

/** `unavailable`: it cannot be told now. */
export type WhyFailed = 'wrong' | 'expired' | 'used' | 'of-another' | 'unavailable';

/**
 * `id` names the challenge that was solved, `untilMs` when it ends: nobody else may use it until then. `madeMs`: when it
 * was made, where that is known; a server that remembers only since it started takes none from before.
 */
export type Checked =
  | { ok: true; id: string; untilMs: number; madeMs?: number }
  | { ok: false; why: WhyFailed };

export interface ChallengeKind {
  /** As sales name it. */
  readonly name: string;
  /** What the buyer's page needs. */
  create(asked: ChallengeAsked): JsonObject | Promise<JsonObject>;
  /**
   * What `verify` will call a solution, where that is known beforehand. One that is known to be used is not verified
   * again: a service that takes each of its tokens once would call a repeat of the same command wrong.
   */
  idOf?(solution: string): string;
  /** Must not throw for whatever text comes. */
  verify(solution: string, asked: ChallengeAsked): Checked | Promise<Checked>;
}

// How the result of verify is told to people, by the commands that end with it.

import type { VerifyReport } from '../verify/verify.ts';
import { grouped } from './numbers.ts';
import type { Progress } from './progress.ts';

/** One sentence: whether everything agrees, and what was looked at. */
export function verdict({ ok, problemCount, entries, pools, documents }: VerifyReport): string {
  const counted = `${grouped(entries)} entries, ${grouped(pools)} pools, ${grouped(documents)} documents`;
  return ok
    ? `verify: everything agrees (${counted})`
    : `verify: NOT in order, ${grouped(problemCount)} problems (${counted})`;
}

/** A line for each problem that was kept. */
export function problemLines({ problems }: VerifyReport): string[] {
  return problems.map(({ invariant, what }) => `PROBLEM: ${invariant}: ${what}`);
}

export function showVerifyProgress(progress: Progress) {
  return ({ position, of }: { position: number; of: number }) =>
    progress.show('Verifying', position, of);
}

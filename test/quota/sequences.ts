// Runs many sequences over a centre and its nodes, and says how to repeat the one that failed.

import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { SequenceRun } from './sequence-run.ts';
import { SEQUENCES } from './steps.ts';

/** @throws Error with the smallest sequence that fails and its seed. */
export async function checkNodes(runs: number, seed = randomInt(2 ** 31)): Promise<void> {
  const property = fc.asyncProperty(SEQUENCES, (steps) => SequenceRun.run(steps));
  const result = await fc.check(property, { numRuns: runs, seed });
  if (!result.failed) return;
  const steps = JSON.stringify(result.counterexample?.[0], null, 1);
  const cause = result.errorInstance;
  const reason = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
  const again = `node test/quota/soak.ts --runs ${runs} --seed ${seed}`;
  throw new Error(`${reason}\n\nafter ${steps}\n\nto repeat it:\n  ${again}\n`);
}

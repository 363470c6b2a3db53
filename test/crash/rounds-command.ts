// The command of a script that runs rounds of faults: reads how many and the seed, shows how far it is,
// sums up, and after a failure says how to repeat it. Causes no fault itself.

import { parseArgs } from 'node:util';
import { failureOf } from './failure-of.ts';
import type { RunTotals } from './judge.ts';

/** What every run tells, beside figures of its own. */
type Run = Pick<RunTotals, 'lost' | 'wrong' | 'stderr'>;

interface RoundsAsked {
  rounds: number;
  seed: number;
  /** Shows what a round does. */
  show(round: number, what: string): void;
}

/** `script` is the name of its file, without the ending. */
export async function runCommand(
  { script, rounds: most }: { script: string; rounds: number },
  run: (asked: RoundsAsked) => Promise<Run>,
): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: String(most) },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    },
  });
  const [rounds, seed] = [Number(values.rounds), Number(values.seed)];
  const startMs = performance.now();
  const show = (round: number, what: string) =>
    process.stderr.write(`\r  round ${round + 1}: ${what}        `);
  const result = await run({ rounds, seed, show });
  process.stderr.write('\r');
  console.log(summaryOf(result, startMs));
  const failure = failureOf(result);
  if (failure === undefined) return;
  console.log(failure);
  console.log(`again: node test/crash/${script}.ts --rounds ${rounds} --seed ${seed}`);
  process.exitCode = 1;
}

/** What a run has come to, in one line of JSON. */
export function summaryOf({ lost, wrong, stderr: _, ...figures }: Run, startMs: number) {
  const seconds = Math.round((performance.now() - startMs) / 1_000);
  return JSON.stringify({ ...figures, lost: lost.length, wrong: wrong.length, seconds });
}

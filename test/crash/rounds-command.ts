// The command of a script that runs rounds of faults: reads how many and the seed, shows how far it is,
// sums up, and after a failure says how to repeat it. Causes no fault itself.

import { parseArgs } from 'node:util';
import { failureOf } from './failure-of.ts';
import type { RunTotals } from './judge.ts';

/** What every run tells, beside figures of its own. */
type Run = Pick<RunTotals, 'lost' | 'wrong' | 'stderr'>;

interface RoundsAsked<Named extends string> {
  rounds: number;
  seed: number;
  /** Shows what a round does. */
  show(round: number, what: string): void;
  /** What the caller said of the script's own options. */
  own: Partial<Record<Named, string>>;
}

interface Command<Named extends string> {
  /** The name of its file, without the ending. */
  script: string;
  rounds: number;
  /** Options of its own. */
  options?: readonly Named[];
}

export async function runCommand<Named extends string = never>(
  { script, rounds: most, options = [] }: Command<Named>,
  run: (asked: RoundsAsked<Named>) => Promise<Run>,
): Promise<void> {
  const {
    rounds: asked,
    seed: begun,
    ...own
  } = parseArgs({
    options: {
      ...Object.fromEntries(options.map((name) => [name, { type: 'string' as const }])),
      rounds: { type: 'string', default: String(most) },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    },
  }).values;
  const [rounds, seed] = [Number(asked), Number(begun)];
  const startMs = performance.now();
  const show = (round: number, what: string) =>
    process.stderr.write(`\r  round ${round + 1}: ${what}        `);
  const result = await run({ rounds, seed, show, own: own as Partial<Record<Named, string>> });
  process.stderr.write('\r');
  console.log(summaryOf(result, startMs));
  const failure = failureOf(result);
  if (failure === undefined) return;
  console.log(failure);
  const others = Object.entries(own).map(([name, value]) => ` --${name} ${value}`);
  console.log(
    `again: node test/crash/${script}.ts --rounds ${rounds} --seed ${seed}${others.join('')}`,
  );
  process.exitCode = 1;
}

/** What a run has come to, in one line of JSON. */
export function summaryOf({ lost, wrong, stderr: _, ...figures }: Run, startMs: number) {
  const seconds = Math.round((performance.now() - startMs) / 1_000);
  return JSON.stringify({ ...figures, lost: lost.length, wrong: wrong.length, seconds });
}

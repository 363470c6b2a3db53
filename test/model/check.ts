// Runs many sequences and says how to repeat the one that failed. Load comes from workload.ts, the
// verdict from judge.ts.

import fc from 'fast-check';
import { ENGINES, type EngineName } from './engines.ts';
import { Judge } from './judge.ts';
import { sequences } from './workload.ts';

export interface CheckOptions {
  engine: EngineName;
  runs: number;
  seed?: number;
  /** Straight to one shrunk case, as the report of a failure names it. */
  path?: string;
}

/** @throws Error with the smallest sequence that fails, its seed and the command that repeats it. */
export async function checkSequences({ engine, runs, seed, path }: CheckOptions): Promise<void> {
  const kinds = ENGINES[engine];
  const property = fc.asyncProperty(sequences, (sequence) => Judge.run(kinds, sequence));
  const parameters = { numRuns: runs, ...(seed === undefined ? {} : { seed }) };
  const result = await fc.check(
    property,
    path === undefined ? parameters : { ...parameters, path },
  );
  if (!result.failed) return;
  const again = `node test/model/soak.ts --engine ${engine} --seed=${result.seed} --path "${result.counterexamplePath}"`;
  const steps = JSON.stringify(result.counterexample?.[0], null, 1);
  const cause = result.errorInstance;
  const reason = cause instanceof Error ? cause.message : String(cause);
  throw new Error(
    `${reason}\n\nafter ${steps}\n\nseed ${result.seed}; to repeat it:\n  ${again}\n`,
    {
      cause,
    },
  );
}

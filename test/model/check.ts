// Runs many sequences and says how to repeat the one that failed. Load comes from workload.ts, the
// verdict from judge.ts.

import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { ENGINES, type EngineName } from './engines.ts';
import { Judge } from './judge.ts';
import { sequencesFor } from './workload.ts';

export interface CheckOptions {
  engine: EngineName;
  runs: number;
  seed?: number;
  /** Straight to one shrunk case, as the report of a failure names it. */
  path?: string;
  /** In how many segments pools are sold. */
  segments?: number;
}

/** Making a failing sequence smaller ends here: elsewhere than in memory each try opens stores. */
const SHRINK_MAX_MS = 60_000;

/** @throws Error with the smallest sequence that fails, its seed and the command that repeats it. */
export async function checkSequences(options: CheckOptions): Promise<void> {
  const { engine, runs, seed = randomInt(2 ** 31), path, segments } = options;
  const kinds = ENGINES[engine];
  let untilMs = Number.POSITIVE_INFINITY;
  let tried = 0;
  const property = fc.asyncProperty(sequencesFor(engine, segments), async (sequence) => {
    tried += 1;
    // A path names one case; those beside it come after it.
    if (performance.now() > untilMs || (path !== undefined && tried > 1)) return;
    try {
      await Judge.run(kinds, sequence);
    } catch (error) {
      if (untilMs === Number.POSITIVE_INFINITY) {
        console.error(`seed ${seed} fails (${String(error)}); making it smaller`);
        untilMs = performance.now() + SHRINK_MAX_MS;
      }
      throw error;
    }
  });
  const parameters = { numRuns: runs, seed };
  const result = await fc.check(
    property,
    path === undefined ? parameters : { ...parameters, path },
  );
  if (!result.failed) return;
  const over = segments === undefined ? '' : ` --segments ${segments}`;
  const again = `node test/model/soak.ts --engine ${engine}${over} --seed=${result.seed} --path "${result.counterexamplePath}"`;
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

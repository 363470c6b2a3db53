// Runs sequences for as long as told, or repeats one that failed:
//   node test/model/soak.ts --minutes 30 [--engine memory|sqlite|postgres]
//   node test/model/soak.ts --engine memory --seed=123 --path "7:1:2"

import { parseArgs } from 'node:util';
import { POSTGRES_VARIABLE, startPostgres } from '../support/postgres.ts';
import { checkSequences } from './check.ts';
import type { EngineName } from './engines.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    engine: { type: 'string', default: 'memory' },
    seed: { type: 'string' },
    path: { type: 'string' },
  },
});

const engine = values.engine as EngineName;
if (engine === 'postgres') {
  // Nobody takes the power away here; without waiting for the disk there are twice as many sequences.
  const server = await startPostgres({ settings: { fsync: 'off' } });
  process.env[POSTGRES_VARIABLE] = server.address;
}
/** Enough to be worth a line of output. */
const RUNS_AT_ONCE: Record<EngineName, number> = { memory: 500, sqlite: 50, postgres: 50 };
/** The path of a failure names a run below this. */
const REPEATED_MAX = 2_000;

if (values.seed !== undefined) {
  const path = values.path === undefined ? {} : { path: values.path };
  await checkSequences({ engine, runs: REPEATED_MAX, seed: Number(values.seed), ...path });
  console.log('no failure');
} else {
  const untilMs = Date.now() + Number(values.minutes) * 60_000;
  let runs = 0;
  while (Date.now() < untilMs) {
    await checkSequences({ engine, runs: RUNS_AT_ONCE[engine] });
    runs += RUNS_AT_ONCE[engine];
    console.log(`${runs} sequences, no failure`);
  }
}

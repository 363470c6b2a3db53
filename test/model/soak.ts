// Runs sequences for as long as told, or repeats one that failed:
//   node test/model/soak.ts --minutes 30 [--engine NAME]: memory, sqlite, coordinator,
//     postgres, postgres-conditional, postgres-optimistic, recorded, redis, redis-recorded,
//     memory-slots, redis-slots, redis-cluster-slots
//   node test/model/soak.ts --sequences 5000 --engine postgres
//   node test/model/soak.ts --sequences 5000 --segments 3: pools sold in segments
//   node test/model/soak.ts --engine memory --seed=123 --path "7:1:2"

import { parseArgs } from 'node:util';
import { POSTGRES_VARIABLE, startPostgres } from '../support/postgres.ts';
import { needsPostgres } from '../support/postgres-kind.ts';
import { checkSequences } from './check.ts';
import type { EngineName } from './engines.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    sequences: { type: 'string' },
    engine: { type: 'string', default: 'memory' },
    seed: { type: 'string' },
    path: { type: 'string' },
    segments: { type: 'string' },
  },
});

const engine = values.engine as EngineName;
if (needsPostgres(engine)) {
  // Nobody takes the power away here; without waiting for the disk there are twice as many sequences.
  const server = await startPostgres({ settings: { fsync: 'off' } });
  process.env[POSTGRES_VARIABLE] = server.address;
}
const over = values.segments === undefined ? {} : { segments: Number(values.segments) };
/** Enough to be worth a line of output. */
const runsAtOnce = needsPostgres(engine) ? 50 : engine === 'sqlite' ? 50 : 500;
/** A sequence mostly waits for the database: several at once keep it busy. */
const LANES = needsPostgres(engine) ? 3 : 1;
/** The path of a failure names a run below this. */
const REPEATED_MAX = 2_000;

if (values.seed !== undefined) {
  const path = values.path === undefined ? {} : { path: values.path };
  await checkSequences({ engine, runs: REPEATED_MAX, seed: Number(values.seed), ...path, ...over });
  console.log('no failure');
} else {
  const untilMs = Date.now() + Number(values.minutes) * 60_000;
  const sequences = Number(values.sequences);
  let runs = 0;
  const goesOn = () => (values.sequences ? runs < sequences : Date.now() < untilMs);
  const lane = async () => {
    while (goesOn()) {
      await checkSequences({ engine, runs: runsAtOnce, ...over });
      runs += runsAtOnce;
      console.log(`${runs} sequences over ${engine}, no failure`);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

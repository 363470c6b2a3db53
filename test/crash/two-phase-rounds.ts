// `node test/crash/two-phase-rounds.ts --rounds 100 --seed 1`: faults of servers, at every step of a
// transaction over three databases, and of each database, as many as one likes, with a summary; after a
// failure the seed and the command that repeats it.

import { parseArgs } from 'node:util';
import { failureOf } from './failure-of.ts';
import { runFaults } from './postgres/fault-run.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const [rounds, seed] = [Number(values.rounds), Number(values.seed)];
const startMs = performance.now();
const result = await runFaults({
  rounds,
  seed,
  spread: true,
  onRound: (round, { kind }) => process.stderr.write(`\r  round ${round + 1}: ${kind}        `),
});
process.stderr.write('\r');
const { lost, wrong, stderr: _, ...figures } = result;
const seconds = Math.round((performance.now() - startMs) / 1_000);
console.log(JSON.stringify({ ...figures, lost: lost.length, wrong: wrong.length, seconds }));
const failure = failureOf(result);
if (failure !== undefined) {
  console.log(failure);
  console.log(`again: node test/crash/two-phase-rounds.ts --rounds ${rounds} --seed ${seed}`);
  process.exitCode = 1;
}

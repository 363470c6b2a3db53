// `node test/crash/two-phase-rounds.ts --rounds 100 --seed 1`: faults of servers, at every step of a
// transaction over three databases, and of each database, as many as one likes, with a summary; after a
// failure the seed and the command that repeats it.

import { runFaults } from './postgres/fault-run.ts';
import { runCommand } from './rounds-command.ts';

await runCommand({ script: 'two-phase-rounds', rounds: 100 }, ({ show, ...asked }) =>
  runFaults({ ...asked, spread: true, onRound: (round, { kind }) => show(round, kind) }),
);

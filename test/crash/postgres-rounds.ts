// `node test/crash/postgres-rounds.ts --rounds 100 --seed 1`: faults of servers and of PostgreSQL as
// many as one likes, with a summary; after a failure the seed and the command that repeats it.

import { runFaults } from './postgres/fault-run.ts';
import { runCommand } from './rounds-command.ts';

await runCommand({ script: 'postgres-rounds', rounds: 100 }, ({ show, ...asked }) =>
  runFaults({ ...asked, onRound: (round, { kind }) => show(round, kind) }),
);

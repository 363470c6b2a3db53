// `node test/crash/quota-rounds.ts --rounds 200 --seed 1`: nodes killed, cut off and held up as often as
// one likes, with a summary; after a failure the seed and the command that repeats it.

import { runQuota } from './quota/quota-run.ts';
import { runCommand } from './rounds-command.ts';

await runCommand({ script: 'quota-rounds', rounds: 200 }, ({ show, ...asked }) =>
  runQuota({ ...asked, onRound: show }),
);

// `node test/crash/queue-rounds.ts --rounds 20 --seed 1`: servers and brokers killed and held up while a
// crowd waits in line, as often as one likes, with a summary; after a failure the seed and the command that
// repeats it.

import { runQueue } from './queue/queue-run.ts';
import { runCommand } from './rounds-command.ts';

await runCommand({ script: 'queue-rounds', rounds: 20 }, ({ show, ...asked }) =>
  runQueue({ ...asked, onRound: show }),
);

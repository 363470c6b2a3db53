// `node test/crash/kafka-rounds.ts --rounds 20 --seed 1`: relays, brokers and consumers killed, taken away
// and held up as often as one likes, with a summary; after a failure the seed and the command that repeats
// it.

import { temporaryFolder } from '../support/temporary-folder.ts';
import { runRelay } from './kafka/relay-run.ts';
import { runCommand } from './rounds-command.ts';

await runCommand({ script: 'kafka-rounds', rounds: 20 }, ({ show, ...asked }) =>
  runRelay({ ...asked, directory: temporaryFolder('relay'), onRound: show }),
);

// `node test/crash/redis-rounds.ts --rounds 100 --seed 1`: Redis, its record and the servers killed, emptied, set
// back and taken away as often as one likes, with a summary; after a failure the seed and the command that repeats
// it.

import { runRedis } from './redis/redis-run.ts';
import { runCommand } from './rounds-command.ts';

await runCommand({ script: 'redis-rounds', rounds: 100 }, ({ show, ...asked }) =>
  runRedis({ ...asked, onRound: show }),
);

// `node test/crash/redis-slots-rounds.ts --rounds 100 --seed 1`: the faults of redis-rounds.ts under a store that lies
// in three slots, where a cart and what its buyer has had are decided over two; with a summary, and after a failure
// the command that repeats it.

import { runRedis } from './redis/redis-run.ts';
import { runCommand } from './rounds-command.ts';

await runCommand({ script: 'redis-slots-rounds', rounds: 100 }, ({ show, ...asked }) =>
  runRedis({ ...asked, slots: 3, onRound: show }),
);

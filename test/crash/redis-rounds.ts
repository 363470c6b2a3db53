// `node test/crash/redis-rounds.ts --rounds 100 --seed 1`: Redis, its record and the servers killed, emptied, set
// back and taken away as often as one likes, with a summary; after a failure the seed and the command that repeats
// it. `--fault postgres-away --for-ms 60000` has that one alone, for so long.

import type { Fault } from './redis/redis-plan.ts';
import { runRedis } from './redis/redis-run.ts';
import { runCommand } from './rounds-command.ts';

const options = ['fault', 'for-ms'] as const;

await runCommand({ script: 'redis-rounds', rounds: 100, options }, ({ show, own, ...asked }) => {
  const { fault, 'for-ms': forMs } = own;
  return runRedis({
    ...asked,
    onRound: show,
    only: {
      ...(fault === undefined ? {} : { fault: fault as Fault }),
      ...(forMs === undefined ? {} : { forMs: Number(forMs) }),
    },
  });
});

// `node test/crash/order-rounds.ts --rounds 500 --seed 1`: crashes of servers and of the payment provider
// under orders and all that belongs to them, as many as one likes, with a summary; after a failure the seed
// and the command that repeats it.

import { temporaryFolder } from '../support/temporary-folder.ts';
import { runOrders } from './orders/order-run.ts';
import { runCommand } from './rounds-command.ts';

await runCommand({ script: 'order-rounds', rounds: 500 }, ({ show, ...asked }) =>
  runOrders({ ...asked, directory: temporaryFolder('orders'), onRound: show }),
);

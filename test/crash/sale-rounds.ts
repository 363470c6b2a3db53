// `node test/crash/sale-rounds.ts --rounds 30 --seed 1 --engine redis`: a sale with a waiting room in each round, its
// servers and its Redis killed in the middle, as often as one likes, with a summary; after a failure the seed and the
// command that repeats it. Without an engine: on
// files. `--fault redis-away` has that one alone.

import { temporaryFolder } from '../support/temporary-folder.ts';
import { runCommand } from './rounds-command.ts';
import type { Fault, StoreKind } from './sale/sale-plan.ts';
import { runSales } from './sale/sale-run.ts';

const options = ['engine', 'fault'] as const;

await runCommand(
  { script: 'sale-rounds', rounds: 30, options },
  async ({ show, own, ...asked }) => {
    const store = (own.engine ?? 'sqlite') as StoreKind;
    const directory = temporaryFolder('sale-rounds');
    const fault = own.fault as Fault | undefined;
    return runSales({ ...asked, store, directory, onRound: show, ...(fault && { fault }) });
  },
);

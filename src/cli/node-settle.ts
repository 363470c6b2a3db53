// `holdfast node settle`: for an offline till that is not running. Reports what it sold, gives back what
// it did not, and lists what the centre would not have.

import { Command } from 'commander';
import type { Engine } from '../engines/contract.ts';
import { openNamedEngine } from './engine-option.ts';
import { CommandFailure, UsageError } from './failure.ts';
import { addCentreOptions, type CentreOptions, centreAt, named } from './node-options.ts';
import { openNode } from './open-node.ts';

const EXAMPLES = `
Examples:
  holdfast node settle --centre http://stock:8080 --name till-3 --pools tea --store till.db

The till must not be running. Sales that the centre does not take, because a person has written its
lease off, are listed: count them by hand.`;

interface SettleOptions extends CentreOptions {
  json?: boolean;
}

export function settleCommand(): Command {
  const command = new Command('settle')
    .description('report what an offline till has sold, and give back the rest')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', EXAMPLES)
    .action(settle);
  return addCentreOptions(command);
}

async function settle(options: SettleOptions): Promise<void> {
  const { key, store, json } = options;
  const { centre, name, pools } = named(options);
  if (store === undefined) throw new UsageError('say where the till keeps its sales: --store PATH');
  const engine = await openNamedEngine(`sqlite:${store}`, { existing: true });
  const node = await openNode({
    engine,
    centre: centreAt(centre, key, undefined),
    name,
    pools,
    units: 0,
    leaseForMs: undefined,
    say: (text) => process.stderr.write(`settle: ${text}\n`),
  });
  try {
    const settled = await node.stop();
    const unrecorded = settled ? await unrecordedIn(engine) : [];
    const result = { name: 'settle', settled, unrecorded };
    if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
    else if (settled) process.stdout.write(said(unrecorded));
    if (!settled) throw new CommandFailure('the centre could not be reached; nothing is lost');
  } finally {
    await node.stock.close();
  }
}

/** What the centre would not have, ever. */
async function unrecordedIn(engine: Engine): Promise<object[]> {
  const page = await engine.find({ kind: 'unrecorded', named: true, limit: 1_000 });
  return page.documents.map(({ data }) => data);
}

function said(unrecorded: readonly object[]): string {
  const left = unrecorded.map((each) => `not recorded: ${JSON.stringify(each)}\n`).join('');
  return `settled; the till has nothing out\n${left}`;
}

// `holdfast node settle`: for an offline till that is not running. Reports what it sold, gives back what
// it did not, and lists what the centre would not have. Never says "settled" while any lease is out.

import { Command } from 'commander';
import type { Engine } from '../engines/contract.ts';
import { sharesOut } from '../quota/kept-share.ts';
import { openNamedEngine } from './engine-option.ts';
import { CommandFailure, UsageError } from './failure.ts';
import { addCentreOptions, addPools, type CentreOptions, centreAt, named } from './node-options.ts';
import { openNode } from './open-node.ts';

const EXAMPLES = `
Examples:
  holdfast node settle --centre http://stock:8080 --name till-3 --store till.db
  holdfast node settle --centre http://stock:8080 --name till-3 --store till.db --pools tea,cup

The till must not be running. All that it has sold is reported. Sales that the centre does not take,
because a person has written its lease off, are listed: count them by hand. Leases that are left open,
because --pools left them out or the centre could not be reached, are listed too; then it exits with 1.`;

interface SettleOptions extends CentreOptions {
  json?: boolean;
}

interface Settled {
  /** Nothing is out. */
  settled: boolean;
  unrecorded: object[];
  /** What is out still; without a lease where it is not known whether there is one. */
  open: { pool: string; lease?: string }[];
}

export function settleCommand(): Command {
  const command = new Command('settle')
    .description('report what an offline till has sold, and give back the rest')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', EXAMPLES)
    .action(settle);
  return addPools(addCentreOptions(command), 'give back these alone; default: all that it has out');
}

async function settle(options: SettleOptions): Promise<void> {
  const { key, store, json } = options;
  const { centre, name } = named(options);
  if (store === undefined) throw new UsageError('say where the till keeps its sales: --store PATH');
  const engine = await openNamedEngine(`sqlite:${store}`, { existing: true });
  const pools = options.pools ?? (await sharesOut(engine)).map(({ pool }) => pool);
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
    const isBack = await node.settle();
    const open = await sharesOut(engine);
    const unrecorded = isBack ? await unrecordedIn(engine) : [];
    const result: Settled = { settled: isBack && open.length === 0, unrecorded, open };
    process.stdout.write(
      json ? `${JSON.stringify({ name: 'settle', ...result })}\n` : said(result),
    );
    if (!isBack) throw new CommandFailure('the centre could not be reached; nothing is lost');
    if (!result.settled) {
      throw new CommandFailure('pools were left out: settle those too, or all without --pools');
    }
  } finally {
    await node.stock.close();
  }
}

/** What the centre would not have, ever. */
async function unrecordedIn(engine: Engine): Promise<object[]> {
  const page = await engine.find({ kind: 'unrecorded', named: true, limit: 1_000 });
  return page.documents.map(({ data }) => data);
}

function said({ settled, unrecorded, open }: Settled): string {
  const lines = settled ? ['settled; the till has nothing out'] : [];
  for (const { pool, lease } of open) {
    lines.push(`left open: ${pool}, ${lease === undefined ? 'asked for' : `lease ${lease}`}`);
  }
  for (const each of unrecorded) lines.push(`not recorded: ${JSON.stringify(each)}`);
  return lines.map((line) => `${line}\n`).join('');
}

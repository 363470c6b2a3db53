// `holdfast node`: a server that sells a share of a centre's stock near the buyer, with the same API for
// reservations. `holdfast node settle`: what an offline till sold is reported and the rest given back.

import { Command } from 'commander';
import { type AddressOptions, addAddressOptions } from './address-options.ts';
import { openNamedEngine } from './engine-option.ts';
import { openKeys } from './keys-option.ts';
import {
  addCentreOptions,
  addPools,
  addShareOptions,
  centreAt,
  leaseForMs,
  named,
  namedPools,
  type ShareOptions,
} from './node-options.ts';
import { settleCommand } from './node-settle.ts';
import { openNode } from './open-node.ts';
import { hearStopSignals } from './stop-signals.ts';

const EXAMPLES = `
Examples:
  holdfast node --centre http://stock:8080 --name shop-7 --pools tea,cup --share 200 --port 9001
  holdfast node --centre http://stock:8080 --name till-3 --pools tea --offline --store till.db
  holdfast node settle --centre http://stock:8080 --name till-3 --store till.db

Online a sale is answered once the centre has recorded it. What a dead node had comes back after
--lease-for. Ctrl-C answers what is in flight, gives back what is not sold, then stops.`;

interface NodeCommandOptions extends ShareOptions, AddressOptions {
  json?: boolean;
}

export function nodeCommand(): Command {
  const command = new Command('node')
    .description("sell a share of another server's stock near the buyer")
    .enablePositionalOptions()
    .option('--json', 'print the address as JSON')
    .addHelpText('after', EXAMPLES)
    .action(sell);
  addPools(addCentreOptions(command), 'the pools that it sells from, with commas between them');
  addShareOptions(command);
  return addAddressOptions(command, 'warn').addCommand(settleCommand());
}

async function sell(options: NodeCommandOptions): Promise<void> {
  const { key, store, share: units, host, port, logLevel, json } = options;
  const { centre, name } = named(options);
  const pools = namedPools(options);
  const forMs = leaseForMs(options);
  const signals = hearStopSignals();
  const { serveUntilStopped } = await import('./serving.ts');
  const engine = store === undefined ? 'memory:' : `sqlite:${store}`;
  const keys = await openKeys({ ...options, engine });
  const node = await openNode({
    engine: await openNamedEngine(engine),
    centre: centreAt(centre, key, forMs),
    name,
    pools,
    units,
    leaseForMs: forMs,
    say,
  });
  const ticking = setInterval(() => node.tick(), tickMs(forMs));
  node.tick();
  await serveUntilStopped({
    stock: node.stock,
    host,
    port,
    keys,
    logLevel,
    signals,
    onReady({ url }) {
      const line = json
        ? JSON.stringify({ name: 'node', url, node: name, pools, centre })
        : `Holdfast sells ${pools.join(', ')} of ${centre} as ${name} at ${url}. Ctrl-C stops it.`;
      process.stdout.write(`${line}\n`);
    },
    async beforeClose() {
      const back = await node.stop();
      clearInterval(ticking);
      if (!back) say('the centre could not be reached; what is out stays out until its lease ends');
    },
  });
}

/** Often enough for the shortest thing that a lease of so long waits for. */
function tickMs(forMs = 4_000): number {
  return Math.max(5, Math.min(100, forMs / 40));
}

function say(text: string): void {
  process.stderr.write(`node: ${text}\n`);
}

// `holdfast demo`, which is also `npm start`: a server with a month of sample orders in it. Loads them
// on the first start, finds them on later ones, and never touches a store that holds anything else.

import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Command } from 'commander';
import type { Engine } from '../engines/contract.ts';
import { ReplayTrouble } from '../replay/commands.ts';
import { REPLAY_PRINCIPAL } from '../replay/journaled.ts';
import { type ReplayResult, replay } from '../replay/replay.ts';
import { Stock } from '../stock.ts';
import { type AddressOptions, addAddressOptions } from './address-options.ts';
import { openAdmission } from './admission-option.ts';
import { goOnLive, SAMPLE } from './demo-orders.ts';
import { engineOption, openNamedEngine, sqlitePath } from './engine-option.ts';
import { CommandFailure } from './failure.ts';
import { openKeys } from './keys-option.ts';
import { grouped } from './numbers.ts';
import { openProviders } from './open-payments.ts';
import { addPaymentsOptions, type PaymentsOptions } from './payments-option.ts';
import { Progress } from './progress.ts';
import { addProxyOption, type ProxyOptions } from './proxy-option.ts';
import { showReplayProgress } from './replay.ts';
import { shownAddress } from './shown-address.ts';
import { hearStopSignals } from './stop-signals.ts';

const EXAMPLES = `
Examples:
  holdfast demo                     on http://127.0.0.1:8080, kept in .holdfast/demo.db
  holdfast demo --live              more orders come in while you watch
  PORT=9000 holdfast demo --engine memory:

The sample is December 2010 of an online shop in the United Kingdom (see data/README.md), with as
much stock as the month orders.`;

interface DemoOptions extends AddressOptions, PaymentsOptions, ProxyOptions {
  engine: string;
  live?: boolean;
  json?: boolean;
  quiet?: boolean;
}

export function demoCommand(): Command {
  const command = new Command('demo')
    .description('serve a month of sample orders, to look around')
    .addOption(engineOption('sqlite:.holdfast/demo.db'))
    .option('--live', 'go on with the orders of the month, an hour of it in half a minute')
    .option('--json', 'print the address as JSON')
    .option('-q, --quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(demo);
  return addPaymentsOptions(addProxyOption(addAddressOptions(command, 'warn')));
}

async function demo(options: DemoOptions): Promise<void> {
  const { engine: address, live, json, quiet = false } = options;
  const signals = hearStopSignals();
  // Half a second of loading that no other command needs.
  const { serveUntilStopped } = await import('./serving.ts');
  const path = sqlitePath(address);
  if (path !== undefined) mkdirSync(dirname(path), { recursive: true });
  const keys = await openKeys(options);
  const providers = await openProviders(options);
  const stock = await Stock.open(await openNamedEngine(address));
  const loaded = await load(stock, { address, quiet });
  let activity: Promise<void> | undefined;
  await serveUntilStopped({
    stock,
    host: options.host,
    port: options.port,
    keys,
    providers,
    trustProxy: options.trustProxy,
    admission: await openAdmission({}, address),
    logLevel: options.logLevel,
    signals,
    onReady({ url }) {
      const result = {
        name: 'demo',
        url,
        engine: shownAddress(address),
        pools: loaded.pools,
        live: live === true,
      };
      process.stdout.write(
        json ? `${JSON.stringify(result)}\n` : welcome(url, shownAddress(address), loaded),
      );
      if (live) activity = goOnLive(stock, signals.signal);
    },
    beforeClose: () => activity,
  });
}

async function load(
  stock: Stock,
  { address, quiet }: { address: string; quiet: boolean },
): Promise<ReplayResult> {
  const progress = new Progress({ quiet });
  try {
    await refuseOtherData(stock.engine, address);
    return await replay(stock, { ...SAMPLE, onProgress: showReplayProgress(progress) });
  } catch (error) {
    await stock.close();
    throw error instanceof ReplayTrouble ? new CommandFailure(error.message) : error;
  } finally {
    progress.end();
  }
}

/** The sample begins a journal; one that begins with anything else is somebody's own. */
async function refuseOtherData(engine: Engine, address: string): Promise<void> {
  const [first] = await engine.entries({ after: 0, limit: 1 });
  if (first === undefined || first.request?.principal === REPLAY_PRINCIPAL) return;
  throw new CommandFailure(
    `${shownAddress(address)} holds other data; name a new store for the demo`,
  );
}

const LIVE_TIP = 'Start it with --live, and watch orders come in. (Nothing is kept in memory:.)';
const KEPT_TIP =
  'Stop it, start it again: all is there. Or stop it and run\n       holdfast verify --engine';

function welcome(url: string, address: string, { pools, invoices, resumed }: ReplayResult): string {
  const state = resumed > 0 ? 'found again' : 'loaded';
  return `
Holdfast is at ${url}: ${grouped(pools)} pools, ${grouped(invoices)} invoices ${state}. Ctrl-C stops it.

Three things to try:
  1. Open ${url} and reserve something; let it expire, or confirm it.
  2. curl ${url}/v1/reservations -H 'content-type: application/json' \\
       -d '{"lines": [{"pool": "22086", "quantity": 2}], "holdFor": "30s"}'
  3. ${address === 'memory:' ? LIVE_TIP : `${KEPT_TIP} ${address}`}
`;
}

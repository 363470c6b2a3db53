// `holdfast serve`: the HTTP server over one engine.

import { Command } from 'commander';
import { Stock } from '../stock.ts';
import { type AddressOptions, addAddressOptions } from './address-options.ts';
import { engineOption, openNamedEngine } from './engine-option.ts';
import { openKeys } from './keys-option.ts';
import { addLimitOptions, type LimitOptions } from './limit-options.ts';
import { hearStopSignals } from './stop-signals.ts';

const EXAMPLES = `
Examples:
  holdfast serve                            stock in ./holdfast.db, on http://127.0.0.1:8080
  holdfast serve --engine sqlite:/var/lib/shop/stock.db --port 9000
  holdfast serve --engine memory:           nothing is kept
  holdfast keys create --role admin         from now on requests need a key, and
  holdfast serve --host 0.0.0.0             other machines may be let in

Ctrl-C answers what is in flight, then stops.`;

interface ServeOptions extends AddressOptions, LimitOptions {
  engine: string;
  json?: boolean;
}

export function serveCommand(): Command {
  const command = new Command('serve')
    .description('serve the API and the console over HTTP')
    .addOption(engineOption())
    .option('--json', 'print the address as JSON')
    .addHelpText('after', EXAMPLES)
    .action(serve);
  return addLimitOptions(addAddressOptions(command, 'info'));
}

async function serve(options: ServeOptions): Promise<void> {
  const { engine, port, host, logLevel, shedAfterMs, json } = options;
  const signals = hearStopSignals();
  // Half a second of loading that no other command needs.
  const { serveUntilStopped } = await import('./serving.ts');
  const keys = await openKeys(options);
  const stock = await Stock.open(await openNamedEngine(engine), { shedAfterMs });
  await serveUntilStopped({
    stock,
    host,
    port,
    keys,
    limits: options,
    logLevel,
    signals,
    onReady({ url }) {
      const line = json
        ? JSON.stringify({ name: 'serve', url, engine })
        : `Holdfast serves ${engine} at ${url} (description at ${url}/docs). Ctrl-C stops it.`;
      process.stdout.write(`${line}\n`);
    },
  });
}

// `holdfast serve`: the HTTP server over one engine.

import { Command, InvalidArgumentError } from 'commander';
import type { Engine } from '../engines/contract.ts';
import { canArchive } from '../engines/sqlite/archive/archive-options.ts';
import { parseDurationMs } from '../http/duration.ts';
import { HOLD_MAX_MS } from '../kernel/check-command.ts';
import { Stock } from '../stock.ts';
import { type AddressOptions, addAddressOptions } from './address-options.ts';
import { type AdmissionOptions, admissionOption, openAdmission } from './admission-option.ts';
import { ageMs } from './archive.ts';
import { archiveRegularly } from './archive-regularly.ts';
import { engineOption, openNamedEngine, sqlitePath } from './engine-option.ts';
import { type EventsOptions, eventsOption, openEvents } from './events-option.ts';
import { UsageError } from './failure.ts';
import { openKeys } from './keys-option.ts';
import { addLimitOptions, type LimitOptions } from './limit-options.ts';
import { grouped } from './numbers.ts';
import { openProviders } from './open-payments.ts';
import { openSenders } from './open-senders.ts';
import { type PartOptions, partOption } from './part-option.ts';
import { addPaymentsOptions, PAYMENTS_HELP, type PaymentsOptions } from './payments-option.ts';
import { addProxyOption, type ProxyOptions } from './proxy-option.ts';
import { openQueue, type QueueOptions, queueOption } from './queue-option.ts';
import { addRecordOptions, type RecordOptions, redisOptions } from './record-options.ts';
import { SENDERS_HELP, type SenderOptions, senderOption } from './sender-option.ts';
import { shownAddress } from './shown-address.ts';
import { hearStopSignals } from './stop-signals.ts';
import { type WebhookCliOptions, webhookOption } from './webhook-option.ts';

const EXAMPLES = `
Examples:
  holdfast serve                            stock in ./holdfast.db, on http://127.0.0.1:8080
  holdfast serve --engine sqlite:/var/lib/shop/stock.db --port 9000
  holdfast serve --engine 'postgres://holdfast@db/orders?schema=shop'   one of several servers
  holdfast serve --engine postgres://db/orders --part hanoi=postgres://hanoi/stock
  holdfast serve --engine redis://cache --record postgres://db/orders
  holdfast serve --engine memory:           nothing is kept
  holdfast serve --events kafka://127.0.0.1:9092/events    every event to a topic of Kafka
  holdfast serve --queue kafka://127.0.0.1:9092/turns      orders wait for their turn there
  holdfast serve --payments simulated=http://127.0.0.1:8090   with holdfast payment-simulator
  holdfast serve --sender 'mail=smtp://mail.example/?from=shop@example.com'
  holdfast keys create --role admin         from now on requests need a key, and
  holdfast serve --host 0.0.0.0             other machines may be let in

Ctrl-C answers what is in flight, then stops.`;

const NO_ARCHIVE = '--archive-after is for a store at sqlite:PATH; no other has an archive';

interface ServeOptions
  extends AddressOptions,
    AdmissionOptions,
    EventsOptions,
    LimitOptions,
    PartOptions,
    PaymentsOptions,
    ProxyOptions,
    QueueOptions,
    RecordOptions,
    SenderOptions,
    WebhookCliOptions {
  engine: string;
  archiveAfter?: number;
  offerFor?: number;
  json?: boolean;
}

export function serveCommand(): Command {
  const command = new Command('serve')
    .description('serve the API and the console over HTTP')
    .addOption(engineOption())
    .addOption(partOption())
    .option('--archive-after <age>', 'move older entries into the archive, every hour: 30d', ageMs)
    .option('--offer-for <time>', 'how long an offer to who waits in line stands: 2m', holdMs)
    .addOption(webhookOption())
    .addOption(senderOption())
    .addOption(eventsOption())
    .addOption(queueOption())
    .addOption(admissionOption())
    .option('--json', 'print the address as JSON')
    .addHelpText('after', `${EXAMPLES}\n${PAYMENTS_HELP}\n${SENDERS_HELP}`)
    .action(serve);
  return addRecordOptions(
    addLimitOptions(addPaymentsOptions(addProxyOption(addAddressOptions(command, 'info')))),
  );
}

function holdMs(text: string): number {
  const ms = parseDurationMs(text);
  if (ms !== undefined && ms > 0 && ms <= HOLD_MAX_MS) return ms;
  throw new InvalidArgumentError('It must be a time such as 2m, or 30s.');
}

async function serve(options: ServeOptions): Promise<void> {
  const {
    engine: address,
    archiveAfter: afterMs,
    port,
    host,
    logLevel,
    shedAfterMs,
    json,
  } = options;
  if (afterMs !== undefined && sqlitePath(address) === undefined) throw new UsageError(NO_ARCHIVE);
  const signals = hearStopSignals();
  // Half a second of loading that no other command needs.
  const { serveUntilStopped } = await import('./serving.ts');
  const keys = await openKeys(options);
  const providers = await openProviders(options);
  const { senders, closeSenders } = await openSenders(options);
  const publisher = await openEvents(options);
  const queue = await openQueue(options);
  const admission = await openAdmission(options, address);
  const engine = await openNamedEngine(address, { parts: options.part, ...redisOptions(options) });
  const stock = await Stock.open(engine, { shedAfterMs });
  const stop = afterMs === undefined ? () => {} : archive(engine, afterMs);
  await serveUntilStopped({
    stock,
    host,
    port,
    keys,
    providers,
    senders,
    publisher,
    queue,
    admission,
    limits: options,
    waiting: { offerForMs: options.offerFor },
    webhooks: { privateRanges: options.webhookPrivate },
    trustProxy: options.trustProxy,
    logLevel,
    signals,
    beforeClose: async () => {
      stop();
      await closeSenders();
    },
    onReady({ url }) {
      const line = json
        ? JSON.stringify({ name: 'serve', url, engine: shownAddress(address) })
        : `Holdfast serves ${shownAddress(address)} at ${url} (description at ${url}/docs). Ctrl-C stops it.`;
      process.stdout.write(`${line}\n`);
    },
  });
}

function archive(engine: Engine, afterMs: number): () => void {
  if (!canArchive(engine)) throw new UsageError(NO_ARCHIVE);
  return archiveRegularly({
    engine,
    afterMs,
    onArchived: ({ entries, folder }) =>
      process.stderr.write(`archive: ${grouped(entries)} entries have left for ${folder}\n`),
    onFailed: (error) => process.stderr.write(`archive: ${String(error)}; tried again later\n`),
  });
}

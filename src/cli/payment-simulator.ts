// `holdfast payment-simulator`: a payment provider to try with, a process of its own with its own ledger,
// and with whatever can go wrong at one.

import { Command, InvalidArgumentError, Option } from 'commander';
import { parseDurationMs } from '../http/duration.ts';
import { FAULTS, type Faults, readFault } from '../payment-simulator/faults.ts';
import type { RunningSimulator, SimulatorOptions } from '../payment-simulator/simulator.ts';
import { CommandFailure, UsageError } from './failure.ts';
import { whole } from './numbers.ts';
import { hearStopSignals } from './stop-signals.ts';

const PORT_DEFAULT = 8_090;
const SEED_MAX = 2 ** 31;
const RETRY_MAX_MS = 30 * 86_400_000;

const HELP = `
Faults, as shares from 0 to 1 unless they are times:
${Object.entries(FAULTS)
  .map(([name, what]) => `  ${name.padEnd(18)} ${what}`)
  .join('\n')}

Examples:
  holdfast payment-simulator                            on http://127.0.0.1:${PORT_DEFAULT}, keeps nothing
  holdfast payment-simulator --data ledger.db --port 9000
  holdfast payment-simulator --seed 7 --fault callbackLost=0.2 --fault answerLost=0.05

No real money moves. Whoever reaches it can pay: keep it on this machine. Ctrl-C stops it; what it
still owes it sends when it is started again with the same --data.`;

interface PaymentSimulatorOptions {
  port: number;
  host: string;
  data?: string;
  secret?: string;
  seed: number;
  fault?: Partial<Faults>;
  retryFor?: number;
  json?: boolean;
}

export function paymentSimulatorCommand(): Command {
  return new Command('payment-simulator')
    .description('a payment provider to try with, with a ledger of its own and faults')
    .addOption(
      new Option('-p, --port <number>', 'port to listen on; 0 takes any free one')
        .argParser(whole(0, 65_535))
        .default(PORT_DEFAULT),
    )
    .addOption(new Option('--host <name>', 'address to listen on').default('127.0.0.1'))
    .option('--data <file>', "the ledger's file; without one nothing is kept")
    .addOption(
      new Option('--secret <secret>', 'what callbacks are signed with: whsec_ and base64').env(
        'HOLDFAST_PAYMENT_SECRET',
      ),
    )
    .addOption(
      new Option('--seed <number>', 'the same seed has the same faults')
        .argParser(whole(0, SEED_MAX))
        .default(1),
    )
    .option('--fault <name=value>', 'what goes wrong, and how often; may be repeated', addFault)
    .option('--retry-for <time>', 'try a callback that nobody takes for so long: 10m', retryForMs)
    .option('--json', 'print the address as JSON')
    .addHelpText('after', HELP)
    .action(simulate);
}

async function simulate(options: PaymentSimulatorOptions): Promise<void> {
  const { fault, retryFor, json, ...rest } = options;
  const signals = hearStopSignals();
  const simulator = await start({
    ...rest,
    ...(fault === undefined ? {} : { faults: fault }),
    ...(retryFor === undefined ? {} : { retryForMs: retryFor }),
  });
  const { url } = simulator;
  const kept = options.data === undefined ? 'keeps nothing' : `its ledger is ${options.data}`;
  const line = json
    ? JSON.stringify({ name: 'payment-simulator', url, data: options.data ?? null })
    : `The payment simulator is at ${url}; ${kept}. Ctrl-C stops it.`;
  process.stdout.write(`${line}\n`);
  await signals.stopped;
  await simulator.close();
  signals.release();
}

async function start(options: SimulatorOptions): Promise<RunningSimulator> {
  const { startPaymentSimulator } = await import('../payment-simulator/simulator.ts');
  try {
    return await startPaymentSimulator(options);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const { host, port } = options;
    if (error instanceof RangeError) throw new UsageError(error.message);
    if (code === 'EADDRINUSE') {
      throw new CommandFailure(`port ${port} is taken; name another one with --port`);
    }
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new CommandFailure(`cannot listen on ${host}:${port} (${code})`);
    }
    throw error;
  }
}

function addFault(text: string, before: Partial<Faults> = {}): Partial<Faults> {
  try {
    return { ...before, ...readFault(text) };
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`);
  }
}

function retryForMs(text: string): number {
  const durationMs = parseDurationMs(text);
  if (durationMs !== undefined && durationMs <= RETRY_MAX_MS) return durationMs;
  throw new InvalidArgumentError('It must be a duration up to 30d, such as 90s or 10m.');
}

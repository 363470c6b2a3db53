// The options that say through whom orders are paid, and where those find this server. Opens nothing.

import { type Command, InvalidArgumentError, Option } from 'commander';

export interface PaymentsOptions {
  payments?: ProviderAddress[];
  publicUrl?: string;
}

export type ProviderAddress = { name: 'simulated'; url: string } | { name: 'stripe' };

export function addPaymentsOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--payments <provider>',
        'through whom orders are paid: simulated=http://127.0.0.1:8090, stripe; repeatable',
      )
        .env('HOLDFAST_PAYMENTS')
        .argParser(addProviders),
    )
    .addOption(
      new Option(
        '--public-url <url>',
        'where payment providers reach this server (default: where it listens)',
      )
        .env('HOLDFAST_PUBLIC_URL')
        .argParser(readUrl),
    );
}

export const PAYMENTS_HELP = `
Secrets of payment providers: HOLDFAST_PAYMENTS_SECRET_SIMULATED is what the simulator's --secret is;
for stripe STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET. With _FILE behind its name each is the path of a
file that holds it.`;

function addProviders(text: string, before: ProviderAddress[] = []): ProviderAddress[] {
  const all = [...before];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const address = readProvider(word);
    if (all.some(({ name }) => name === address.name)) {
      throw new InvalidArgumentError(`${address.name} is named twice.`);
    }
    all.push(address);
  }
  return all;
}

function readProvider(text: string): ProviderAddress {
  if (text === 'stripe') return { name: 'stripe' };
  const [, url] = /^simulated=(.*)$/.exec(text) ?? [];
  if (url === undefined)
    throw new InvalidArgumentError('It is stripe, or simulated=http://127.0.0.1:8090.');
  return { name: 'simulated', url: readUrl(url) };
}

function readUrl(text: string): string {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '')
    return text;
  throw new InvalidArgumentError('It must be a URL such as http://127.0.0.1:8090.');
}

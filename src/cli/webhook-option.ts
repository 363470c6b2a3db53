// The option that lets webhooks go to addresses that are not of the public internet.

import { InvalidArgumentError, Option } from 'commander';
import { AddressRanges } from '../outgoing/address-ranges.ts';

export interface WebhookCliOptions {
  webhookPrivate?: string[];
}

export function webhookOption(): Option {
  return new Option(
    '--webhook-private <ranges...>',
    'addresses that webhooks may reach though they are not public: 10.1.0.0/16',
  )
    .env('HOLDFAST_WEBHOOK_PRIVATE')
    .argParser(addressRanges);
}

function addressRanges(text: string, before: string[] = []): string[] {
  const ranges = text.split(/\s+/).filter(Boolean);
  try {
    new AddressRanges(ranges);
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`);
  }
  return [...before, ...ranges];
}

// The option that names the proxies which are believed when they say for whom they ask.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { TrustedProxies } from '../admission/trusted-proxies.ts';

export interface ProxyOptions {
  trustProxy?: string[];
}

export function addProxyOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--trust-proxy <addresses>',
      'proxies believed in X-Forwarded-For: 127.0.0.1,10.0.0.0/8',
    )
      .env('HOLDFAST_TRUST_PROXY')
      .argParser(proxies),
  );
}

function proxies(text: string, before: string[] = []): string[] {
  const named = text.split(/[\s,]+/).filter(Boolean);
  try {
    new TrustedProxies(named);
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`);
  }
  return [...before, ...named];
}

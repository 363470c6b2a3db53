// The options of a command that listens: where, and what it writes to its log.

import { type Command, Option } from 'commander';
import { keysOption } from './keys-option.ts';
import { whole } from './numbers.ts';

export interface AddressOptions {
  port: number;
  host: string;
  keys?: string;
  logLevel: string;
}

const PORT_DEFAULT = 8_080;
const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'];

export function addAddressOptions(command: Command, logLevel: string): Command {
  return command
    .addOption(
      new Option('-p, --port <number>', 'port to listen on; 0 takes any free one')
        .env('PORT')
        .argParser(whole(0, 65_535))
        .default(PORT_DEFAULT),
    )
    .addOption(new Option('--host <name>', 'address to listen on').default('127.0.0.1'))
    .addOption(keysOption())
    .addOption(
      new Option('--log-level <level>', 'what is logged to stderr')
        .choices(LOG_LEVELS)
        .default(logLevel),
    );
}

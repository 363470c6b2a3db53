// The options of a store in Redis: what remembers it, and what the operator states about it. HOLDFAST_RECORD and
// so on stand in for them.

import { type Command, Option } from 'commander';
import type { RedisOptions } from '../engines/open.ts';

export interface RecordOptions {
  record?: string;
  namespace?: string;
  ack?: 'decided' | 'recorded';
  redisVolatile?: boolean;
}

export function addRecordOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--record <address>',
        'what remembers a store in Redis: postgres://user:password@host/database?schema=NAME',
      ).env('HOLDFAST_RECORD'),
    )
    .addOption(
      new Option('--namespace <name>', 'which of several stores in one Redis').env(
        'HOLDFAST_NAMESPACE',
      ),
    )
    .addOption(
      new Option('--ack <when>', 'when a store in Redis answers')
        .env('HOLDFAST_ACK')
        .choices(['decided', 'recorded']),
    )
    .option('--redis-volatile', 'Redis keeps nothing over a restart, and that is meant');
}

/** As an engine takes them: those that were given. */
export function redisOptions(options: RecordOptions): RedisOptions {
  const { record, namespace, ack, redisVolatile } = options;
  return {
    ...(record === undefined ? {} : { record }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(ack === undefined ? {} : { ack }),
    ...(redisVolatile === true ? { isVolatile: true } : {}),
  };
}

// The options of a store in Redis: what remembers it, and what the operator states about it. HOLDFAST_RECORD and
// so on stand in for them.

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { RedisOptions } from '../engines/open.ts';
import { parseDurationMs } from '../http/duration.ts';

export interface RecordOptions {
  record?: string;
  namespace?: string;
  ack?: 'decided' | 'recorded';
  lease?: number;
  redisVolatile?: boolean;
}

const LEASE_MIN_MS = 1_000;
const LEASE_MAX_MS = 3_600_000;

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
    .addOption(
      new Option('--lease <time>', 'how long Redis goes on while nothing is recorded: 10s')
        .env('HOLDFAST_LEASE')
        .argParser(leaseMs),
    )
    .option('--redis-volatile', 'Redis keeps nothing over a restart, and that is meant');
}

function leaseMs(text: string): number {
  const ms = parseDurationMs(text);
  if (ms !== undefined && ms >= LEASE_MIN_MS && ms <= LEASE_MAX_MS) return ms;
  throw new InvalidArgumentError('It must be a time such as 10s, from 1s to 1h.');
}

/** As an engine takes them: those that were given. */
export function redisOptions(options: RecordOptions): RedisOptions {
  const { record, namespace, ack, lease, redisVolatile } = options;
  return {
    ...(record === undefined ? {} : { record }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(ack === undefined ? {} : { ack }),
    ...(lease === undefined ? {} : { leaseMs: lease }),
    ...(redisVolatile === true ? { isVolatile: true } : {}),
  };
}

// The options of a server that say how much it takes before it says no.

import { type Command, Option } from 'commander';
import { SERVER_LIMITS, type ServerLimits } from '../http/server-limits.ts';
import { whole } from './numbers.ts';

export interface LimitOptions extends ServerLimits {
  shedAfterMs: number;
}

/** How long the oldest reservation may wait before further ones are turned away. */
const SHED_AFTER_MS = 50;
const DAY_MS = 86_400_000;

const OPTIONS: [flags: string, description: string, byDefault: number, bounds: [number, number]][] =
  [
    [
      '--shed-after-ms <number>',
      'turn reservations away (503) once the oldest waits longer',
      SHED_AFTER_MS,
      [1, DAY_MS],
    ],
    [
      '--in-flight-max <number>',
      'turn requests away (503) once so many are in hand',
      SERVER_LIMITS.inFlightMax,
      [1, 1_000_000],
    ],
    [
      '--loop-delay-max-ms <number>',
      'turn requests away (503) while the processor is later than that',
      SERVER_LIMITS.loopDelayMaxMs,
      [1, DAY_MS],
    ],
    [
      '--connections-max <number>',
      'close further connections at once',
      SERVER_LIMITS.connectionsMax,
      [1, 1_000_000],
    ],
    [
      '--body-max-bytes <number>',
      'largest request body (413)',
      SERVER_LIMITS.bodyMaxBytes,
      [1_024, 67_108_864],
    ],
    [
      '--headers-max-bytes <number>',
      'largest request headers (431)',
      SERVER_LIMITS.headersMaxBytes,
      [1_024, 1_048_576],
    ],
    [
      '--headers-timeout-ms <number>',
      'time for the headers of a request to arrive (408)',
      SERVER_LIMITS.headersTimeoutMs,
      [10, DAY_MS],
    ],
    [
      '--request-timeout-ms <number>',
      'time for a whole request to arrive (408)',
      SERVER_LIMITS.requestTimeoutMs,
      [10, DAY_MS],
    ],
    [
      '--keep-alive-ms <number>',
      'how long a connection may ask nothing',
      SERVER_LIMITS.keepAliveMs,
      [1, DAY_MS],
    ],
    [
      '--drain-ms <number>',
      'when stopping, go on so long after readiness said no',
      SERVER_LIMITS.drainMs,
      [0, DAY_MS],
    ],
  ];

export function addLimitOptions(command: Command): Command {
  for (const [flags, description, byDefault, bounds] of OPTIONS) {
    const option = new Option(flags, description).argParser(whole(...bounds)).default(byDefault);
    command.addOption(option.helpGroup('Limits:'));
  }
  return command;
}

// The log that all requests write to.

import type { FastifyBaseLogger } from 'fastify';
import type { Logger } from 'pino';

/**
 * A logger whose requests log through itself: a logger for each, which nearly none writes to, cost
 * each request 1.5 µs.
 */
export function sharedLogger(logger: Logger): FastifyBaseLogger {
  const shared = Object.create(logger) as FastifyBaseLogger;
  shared.child = () => shared;
  return shared;
}

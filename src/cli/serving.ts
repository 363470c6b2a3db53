// Serves a stock over HTTP until a signal asks to stop; then answers what is in flight, and closes
// the stock. Shared by serve and demo, so that both stop the same way.

import pino from 'pino';
import { type RunningServer, startServer } from '../http/server.ts';
import type { Stock } from '../stock.ts';
import { CommandFailure, UsageError } from './failure.ts';
import type { StopSignals } from './stop-signals.ts';

export interface ServingOptions {
  stock: Stock;
  host: string;
  port: number;
  allowOpen: boolean;
  logLevel: string;
  signals: StopSignals;
  /** Called once requests are taken. */
  onReady: (server: RunningServer) => void;
  /** What else must end before the stock is closed. */
  beforeClose?: () => Promise<void> | undefined;
}

/** Resolves when everything is closed. */
export async function serveUntilStopped(options: ServingOptions): Promise<void> {
  const { stock, signals } = options;
  try {
    const server = await listen(options);
    options.onReady(server);
    await signals.stopped;
    await server.close();
    await options.beforeClose?.();
  } finally {
    await stock.close();
    signals.release();
  }
}

async function listen(options: ServingOptions): Promise<RunningServer> {
  const { stock, host, port, allowOpen, logLevel } = options;
  // Results go to stdout, the log to stderr.
  const logger = pino({ level: logLevel }, pino.destination({ dest: 2, sync: true }));
  try {
    return await startServer({ stock, host, port, logger, allowOpen });
  } catch (error) {
    if (error instanceof RangeError) {
      throw new UsageError(
        `requests are not authenticated, so whoever reaches ${host} could change stock; ` +
          'say --allow-open if something else guards the port',
      );
    }
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new CommandFailure(`port ${port} is taken; name another one with --port or PORT`);
    }
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new CommandFailure(`cannot listen on ${host}:${port} (${code})`);
    }
    throw error;
  }
}

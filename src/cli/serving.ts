// Serves a stock over HTTP until a signal asks to stop; then answers what is in flight, and closes
// the stock. Shared by serve and demo, so that both stop the same way.

import pino from 'pino';
import type { KeyRing } from '../http/access/key-ring.ts';
import { type RunningServer, type ServerOptions, startServer } from '../http/server.ts';
import type { ServerLimits } from '../http/server-limits.ts';
import type { PaymentProvider } from '../orders/payments/provider.ts';
import type { Stock } from '../stock.ts';
import { CommandFailure } from './failure.ts';
import type { StopSignals } from './stop-signals.ts';

export interface ServingOptions {
  stock: Stock;
  host: string;
  port: number;
  keys: KeyRing | undefined;
  limits?: ServerLimits;
  /** Ways to pay. */
  providers?: readonly PaymentProvider[];
  /** Ways to reach buyers. */
  senders?: ServerOptions['senders'];
  webhooks?: ServerOptions['webhooks'];
  waiting?: ServerOptions['waiting'];
  publisher?: ServerOptions['publisher'];
  queue?: ServerOptions['queue'];
  trustProxy?: ServerOptions['trustProxy'];
  admission?: ServerOptions['admission'];
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
    options.keys?.close();
    await stock.close();
    signals.release();
  }
}

async function listen(options: ServingOptions): Promise<RunningServer> {
  const { stock, logLevel, beforeClose: _, onReady: __, signals: ___, ...served } = options;
  // Results go to stdout, the log to stderr.
  const logger = pino({ level: logLevel }, pino.destination({ dest: 2, sync: true }));
  const { host, port } = served;
  try {
    return await startServer({ stock, logger, ...served });
  } catch (error) {
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

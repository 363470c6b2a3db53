// Starts and stops the HTTP server over a stock that somebody else owns. Refuses to be reached from
// outside this machine unless it can ask who is calling.

import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import type { PaymentProvider } from '../orders/payments/provider.ts';
import type { Stock } from '../stock.ts';
import type { UsesOptions } from '../uses/open-uses.ts';
import type { OrderQueue } from '../uses/queue/order-queue.ts';
import type { EventPublisher } from '../uses/relay/event-publisher.ts';
import type { KeyRing } from './access/key-ring.ts';
import { type AppOptions, buildApp, type EventOptions } from './app.ts';
import { refuseOpenHost } from './loopback-only.ts';
import { SERVER_LIMITS, type ServerLimits } from './server-limits.ts';

/** How long requests in flight may take once the server is told to stop. */
const GRACE_MS = 10_000;

export interface ServerOptions {
  stock: Stock;
  /** Default 127.0.0.1. */
  host?: string;
  /** 0 takes any free port. */
  port: number;
  /** Nothing is logged without one. */
  logger?: Logger;
  /** Ways to pay; the first is taken where nobody says which. */
  providers?: readonly PaymentProvider[] | undefined;
  /** Who may do what. Closed by whoever opened it. Without keys anybody on this machine may do all. */
  keys?: KeyRing | undefined;
  /** How much it takes before it says no. */
  limits?: Partial<ServerLimits> | undefined;
  /** For the live feed; defaults fit ordinary networks. */
  events?: EventOptions;
  /** Ways to reach buyers. Closed by whoever opened them. */
  senders?: UsesOptions['senders'];
  /** Where webhooks may go, and how long they may take. */
  webhooks?: UsesOptions['webhooks'];
  notices?: UsesOptions['notices'];
  /** How long offers to those who wait stand. */
  waiting?: UsesOptions['waiting'];
  /** Where every event goes; closed with the server. */
  publisher?: EventPublisher | undefined;
  /** What orders wait in, instead of the journal; closed with the server. */
  queue?: OrderQueue | undefined;
  /** Proxies that are believed in X-Forwarded-For: addresses and prefixes. None without it. */
  trustProxy?: readonly string[] | undefined;
  /** What stands before the sales; closed with the server. */
  admission?: AppOptions['admission'];
}

export interface RunningServer {
  url: string;
  /** Answers what is in flight, then stops. The stock stays open. */
  close(): Promise<void>;
}

/**
 * Serves the API, its description and the console.
 *
 * @throws RangeError for a host that others can reach, unless requests need keys; the system's error
 * when the port is taken.
 *
 * @example
 * const server = await startServer({ stock: await Stock.open(new MemoryEngine()), port: 8080 });
 * console.log(server.url);
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host = '127.0.0.1', port, keys, limits } = options;
  if (keys?.required !== true) refuseOpenHost(host);
  const stop = new AbortController();
  const app = await buildApp({ ...options, stopping: stop.signal });
  await app.listen({ host, port });
  const { address, port: bound, family } = app.server.address() as AddressInfo;
  const name = family === 'IPv6' ? `[${address}]` : address;
  const { drainMs } = { ...SERVER_LIMITS, ...limits };
  const close = async () => {
    stop.abort();
    await new Promise((resolve) => setTimeout(resolve, drainMs));
    const closed = app.close();
    // Whoever never finishes a request may not keep the server from stopping.
    const cut = setTimeout(() => {
      app.cutConnections();
      app.server.closeAllConnections();
    }, GRACE_MS);
    await closed;
    clearTimeout(cut);
  };
  return { url: `http://${name}:${bound}`, close };
}

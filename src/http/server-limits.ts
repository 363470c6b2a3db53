// How much of everything a server takes before it says no: the one list, with what it is without
// further word. How each is kept is in app.ts, overload.ts and Node's own server.

export interface ServerLimits {
  /** More is answered with 413. Carts may have 5,000 lines of about 200 bytes. */
  bodyMaxBytes: number;
  /** Of all header lines together; more is answered with 431. */
  headersMaxBytes: number;
  /** How long the headers of a request may take to arrive; later is answered with 408. */
  headersTimeoutMs: number;
  /** The same for the whole request. */
  requestTimeoutMs: number;
  /** How long a connection may ask nothing. Longer than the proxies that stand before it. */
  keepAliveMs: number;
  /** Further connections are closed at once. */
  connectionsMax: number;
  /** Further requests are answered with 503; confirm and cancel a quarter later than others. */
  inFlightMax: number;
  /** Further requests are answered with 503 while the event loop is later; confirm and cancel at twice of it. */
  loopDelayMaxMs: number;
  /** How long it goes on after readiness said no, for a load balancer to notice. */
  drainMs: number;
}

export const SERVER_LIMITS: Readonly<ServerLimits> = {
  bodyMaxBytes: 1_048_576,
  headersMaxBytes: 16_384,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveMs: 72_000,
  connectionsMax: 10_000,
  inFlightMax: 4_000,
  loopDelayMaxMs: 1_000,
  drainMs: 0,
};

/** How often Node looks for requests that are late: often enough to keep the shortest time. */
export function lookForLateEveryMs({ headersTimeoutMs, requestTimeoutMs }: ServerLimits): number {
  const shortestMs = Math.min(headersTimeoutMs, requestTimeoutMs);
  return Math.min(1_000, Math.max(10, Math.ceil(shortestMs / 5)));
}

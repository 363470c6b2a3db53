// What a client is made with, what a call may add, and the defaults of both. Decides nothing.

import type { ClientTime } from './timer-wheel.ts';

export interface ClientOptions {
  /** Where the server is, such as `http://localhost:8080`; may end in a path. */
  url: string;
  /** Sent as a bearer token. */
  apiKey?: string;
  /** How long a call may take, all of its attempts together. Default 10 s. */
  timeoutMs?: number;
  /** How a call is sent again when its answer stays away. `false`: it is sent once. */
  retry?: RetryOptions | false;
  /** How reserve, confirm, cancel, extend and change share requests. `false`: each goes alone. */
  batch?: BatchOptions | false;
  /** Default: the global `fetch`. */
  fetch?: typeof fetch;
  /** For tests. */
  time?: ClientTime;
  /** For tests: from 0 to 1. */
  random?: () => number;
}

export interface RetryOptions {
  /** The longest wait before the second attempt; it doubles with each further one. Default 50 ms. */
  firstMs?: number;
  /** The longest wait of all. Default 2 s. */
  mostMs?: number;
  /** How long one attempt may take before it counts as cut. Default 4 s. */
  attemptMs?: number;
}

export interface BatchOptions {
  /** Default 1,000, which is what the server takes. */
  itemsMax?: number;
  /** Default 512 KB. */
  bytesMax?: number;
  /** How many requests may be under way before calls wait for one another. Default 4. */
  underWayMax?: number;
}

export interface CallOptions {
  /** How long this call may take. Default: the client's. */
  timeoutMs?: number;
  /** Gives the call up. What was sent may still take effect. */
  signal?: AbortSignal;
}

export interface CommandOptions extends CallOptions {
  /** The same command under it takes effect once: 1 to 256 printable ASCII characters. */
  key?: string;
}

/** For whom a shop asks, where the door of a sale looks at that. */
export interface BuyerOptions {
  /** Where the buyer comes from. Believed from clients that the server names with --trust-proxy. */
  buyerAddress?: string;
  /** What the shop knows the buyer's device by. */
  device?: string;
}

export interface MatchOptions extends CommandOptions {
  /** The version that the caller has seen: refused as `stale-version` if there is a newer one. */
  ifMatch?: number;
}

export const TIMEOUT_MS = 10_000;

export const RETRY: Required<RetryOptions> = { firstMs: 50, mostMs: 2_000, attemptMs: 4_000 };

export const BATCH: Required<BatchOptions> = {
  itemsMax: 1_000,
  bytesMax: 512 * 1_024,
  underWayMax: 4,
};

// The typed client of the HTTP API: every route as a method, with the library's names and its way of
// answering. It sends commands again under their keys until they have an answer, and lets concurrent
// ones share requests. Runs wherever there is fetch; must not import anything of the server but types.

import type { Answer } from './answer.ts';
import { CallGroups } from './call-groups.ts';
import { Caller } from './caller.ts';
import { Dispatch } from './dispatch.ts';
import { exchangeWith, type ServerAddress } from './exchange.ts';
import { type EventsOptions, type LiveEvent, liveEvents } from './live-events.ts';
import {
  BATCH,
  type CallOptions,
  type ClientOptions,
  type CommandOptions,
  type MatchOptions,
  RETRY,
  TIMEOUT_MS,
} from './options.ts';
import { overPages, queryOf } from './pages.ts';
import type * as replies from './replies.ts';
import type * as requests from './requests.ts';
import { TimerWheel } from './timer-wheel.ts';

export class HoldfastClient extends CallGroups {
  readonly #caller: Caller;
  readonly #address: ServerAddress;
  readonly #wheel: TimerWheel;
  readonly #retry: typeof RETRY;
  readonly #random: () => number;

  constructor(options: ClientOptions) {
    const { url, apiKey, timeoutMs = TIMEOUT_MS, retry = {}, batch = {} } = options;
    const { fetch = globalThis.fetch.bind(globalThis), time, random = Math.random } = options;
    const address = { url: url.replace(/\/+$/, ''), apiKey, fetch };
    const wheel = new TimerWheel(time);
    const retrying = { ...RETRY, ...(retry || {}) };
    const dispatch = new Dispatch({
      exchange: exchangeWith(address),
      wheel,
      timeoutMs,
      retry: retrying,
      retries: retry !== false,
      batch: { ...BATCH, ...(batch || {}) },
      batches: batch !== false,
      random,
    });
    const caller = new Caller(dispatch);
    super(caller);
    this.#address = address;
    this.#wheel = wheel;
    this.#retry = retrying;
    this.#random = random;
    this.#caller = caller;
  }

  // ── Pools ─────────────────────────────────────────────────────────────────────────────────────

  /** Creates a pool, or changes its place or home. Refused when its product would change. */
  putPool({ pool, ...body }: requests.PutPoolRequest, options: MatchOptions = {}) {
    return this.#caller.command<replies.PoolInfo>('PUT', poolPath(pool), body, options);
  }

  /** Units come in from outside. */
  receive({ pool, ...body }: requests.ReceiveRequest, options: MatchOptions = {}) {
    return this.#caller.command<replies.Moved>('POST', `${poolPath(pool)}/receive`, body, options);
  }

  /** Units are found or lost. Refused when more are lost than are available. */
  adjust({ pool, ...body }: requests.AdjustRequest, options: MatchOptions = {}) {
    return this.#caller.command<replies.Moved>('POST', `${poolPath(pool)}/adjust`, body, options);
  }

  /** Units change place within their product. */
  transfer(body: requests.TransferRequest, options: MatchOptions = {}) {
    return this.#caller.command<replies.Transferred>('POST', '/v1/transfers', body, options);
  }

  pool(id: string, options: CallOptions = {}): Promise<Answer<replies.Pool>> {
    return this.#caller.read(poolPath(id), options);
  }

  /** A pool's balances at a moment of the past. */
  poolAt(id: string, at: Date | string, options: CallOptions = {}) {
    const query = queryOf({ at: typeof at === 'string' ? at : at.toISOString() });
    return this.#caller.read<replies.PoolBalances>(poolPath(id) + query, options);
  }

  /** All pools by their ids, page by page as they are used up. */
  pools(query: requests.PoolQuery = {}, options: CallOptions = {}) {
    return overPages(
      query,
      (asked) => this.poolPage(asked, options),
      ({ pools, next }) => ({
        items: pools,
        next: next === undefined ? undefined : { ...query, cursor: next },
      }),
    );
  }

  poolPage(query: requests.PoolQuery = {}, options: CallOptions = {}) {
    return this.#caller.read<replies.PoolPage>(`/v1/pools${queryOf({ ...query })}`, options);
  }

  /** What of each pool can be bought now: one cheap question for up to 1,000 of them. */
  availability(pools: readonly string[], options: CallOptions = {}) {
    const query = queryOf({ pools: pools.join(',') });
    return this.#caller.read<replies.Availability>(`/v1/availability${query}`, options);
  }

  // ── Purchase limits ───────────────────────────────────────────────────────────────────────────

  /** Creates a purchase limit or changes it; what was counted stays counted. */
  putLimit({ limit, ...body }: requests.PutLimitRequest, options: MatchOptions = {}) {
    return this.#caller.command<replies.Limit>('PUT', limitPath(limit), body, options);
  }

  limit(id: string, options: CallOptions = {}): Promise<Answer<replies.Limit>> {
    return this.#caller.read(limitPath(id), options);
  }

  limits(options: CallOptions = {}) {
    return this.#caller.read<{ limits: replies.Limit[] }>('/v1/limits', options);
  }

  // ── Reservations ──────────────────────────────────────────────────────────────────────────────

  /**
   * Sets units aside for a time: all lines or none, unless lines have a `quantityMin`.
   *
   * @throws HoldfastClientError when no answer came in time.
   *
   * @example
   * const answer = await client.reserve({ lines: [{ pool: 'tea', quantity: 2 }], buyer: 'ann' });
   * if (answer.ok) console.log(answer.value.id, answer.value.expiresAt);
   * else console.log(answer.code, answer.detail);
   */
  reserve(body: requests.ReserveRequest, options: CommandOptions = {}) {
    return this.#caller.shared<replies.Reservation>({ op: 'reserve' }, body, options);
  }

  /** Held becomes sold, whole or in part; the rest is released. */
  confirm({ reservation, ...body }: requests.ConfirmRequest, options: MatchOptions = {}) {
    return this.#caller.shared<replies.Reservation>({ op: 'confirm', reservation }, body, options);
  }

  /** All units go back at once, exactly once. */
  cancel({ reservation }: requests.CancelRequest, options: MatchOptions = {}) {
    return this.#caller.shared<replies.Reservation>({ op: 'cancel', reservation }, {}, options);
  }

  /** More time, up to the cap that the reservation was made with. */
  extend({ reservation, ...body }: requests.ExtendRequest, options: MatchOptions = {}) {
    return this.#caller.shared<replies.Reservation>({ op: 'extend', reservation }, body, options);
  }

  /** Makes the held cart be exactly `lines`, in one step. */
  change({ reservation, ...body }: requests.ChangeRequest, options: MatchOptions = {}) {
    return this.#caller.shared<replies.Reservation>({ op: 'change', reservation }, body, options);
  }

  /** Sold units come back to stock. */
  return({ reservation, ...body }: requests.ReturnRequest, options: MatchOptions = {}) {
    const path = `${reservationPath(reservation)}/return`;
    return this.#caller.command<replies.Reservation>('POST', path, body, options);
  }

  reservation(id: string, options: CallOptions = {}): Promise<Answer<replies.Reservation>> {
    return this.#caller.read(reservationPath(id), options);
  }

  /** Reservations that match, newest first, page by page as they are used up. */
  reservations(query: requests.ReservationQuery = {}, options: CallOptions = {}) {
    return overPages(
      query,
      (asked) => this.reservationPage(asked, options),
      ({ reservations, next }) => ({
        items: reservations,
        next: next === undefined ? undefined : { ...query, cursor: next },
      }),
    );
  }

  reservationPage(query: requests.ReservationQuery = {}, options: CallOptions = {}) {
    const path = `/v1/reservations${queryOf({ ...query })}`;
    return this.#caller.read<replies.ReservationPage>(path, options);
  }

  // ── What happened ─────────────────────────────────────────────────────────────────────────────

  /** The journal from a position up to its present end; `next` of a page is where to go on later. */
  journal(query: requests.JournalQuery = {}, options: CallOptions = {}) {
    return overPages(
      query,
      (asked) => this.journalPage(asked, options),
      ({ entries, next }) => ({
        items: entries,
        next: entries.length === 0 ? undefined : { ...query, after: next },
      }),
    );
  }

  journalPage({ after, limit }: requests.JournalQuery = {}, options: CallOptions = {}) {
    return this.#caller.read<replies.JournalPage>(
      `/v1/journal${queryOf({ after, limit })}`,
      options,
    );
  }

  /**
   * How pools and reservations are, as they change. Comes back after a cut and goes on where it was;
   * where the server no longer knows what was missed, a snapshot says to begin anew. Ends when
   * `signal` is aborted or the loop is left. What must see every entry reads `journal`.
   *
   * @throws HoldfastClientError when the server refuses the stream.
   */
  events(options: EventsOptions = {}): AsyncGenerator<LiveEvent, void, undefined> {
    const [address, wheel] = [this.#address, this.#wheel];
    return liveEvents(options, { address, wheel, retry: this.#retry, random: this.#random });
  }

  // ── The server ────────────────────────────────────────────────────────────────────────────────

  /** Whether commands can be taken. While they cannot, it asks until its time is over. */
  readiness(options: CallOptions = {}) {
    return this.#caller.read<replies.Readiness>('/readyz', options);
  }

  /** The clock jumped and a person has looked: what is due expires again. */
  resumeExpiry(options: CommandOptions = {}) {
    return this.#caller.command<replies.ExpiryResumed>('POST', '/v1/expiry/resume', {}, options);
  }
}

function poolPath(id: string): string {
  return `/v1/pools/${encodeURIComponent(id)}`;
}

function limitPath(id: string): string {
  return `/v1/limits/${encodeURIComponent(id)}`;
}

function reservationPath(id: string): string {
  return `/v1/reservations/${encodeURIComponent(id)}`;
}

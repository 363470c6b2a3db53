// The live feed as an async iterator: reads the stream by fetch, so that it can carry an API key, and
// goes on after the last id that it has seen when the connection is cut. Ends when it is aborted or
// left; a refusal is thrown. Must never skip what a cut left unread, nor tell it twice.

import { type Refusal, readRefusal } from './answer.ts';
import { backoffMs } from './backoff.ts';
import { HoldfastClientError } from './client-error.ts';
import { EventLines, type Message } from './event-lines.ts';
import { headersOf, retryAfterMs, type ServerAddress } from './exchange.ts';
import type { RetryOptions } from './options.ts';
import { queryOf } from './pages.ts';
import type { Pool, Reservation } from './replies.ts';
import type { EventQuery } from './requests.ts';
import { Timer, type TimerWheel } from './timer-wheel.ts';
import { judge } from './verdict.ts';

/** How things are by `position`, as docs/events.md describes it. */
export interface LiveEvent {
  /** A snapshot replaces all that was told before; an update goes on from it. */
  type: 'update' | 'snapshot';
  /** Which journal `position` is of, where the store says so. Another one begins with a snapshot. */
  journal?: string;
  /** All changes up to this place in the journal are told. */
  position: number;
  at: string;
  /** Pools that changed. They may be newer than `position`; a higher `version` is later. */
  pools: Pool[];
  reservations: Reservation[];
  /** How many more changed than one message takes. */
  omitted: { pools: number; reservations: number };
}

export interface EventsOptions extends EventQuery {
  /** Ends the iteration. */
  signal?: AbortSignal;
  /** How long the connection may be silent before it counts as cut. Default 45 s, three heartbeats. */
  silenceMs?: number;
}

export interface EventsParts {
  address: ServerAddress;
  wheel: TimerWheel;
  retry: Required<RetryOptions>;
  random: () => number;
}

const SILENCE_MS = 45_000;

/** @throws HoldfastClientError when the server refuses the stream. */
export async function* liveEvents(
  { pools, after, signal, silenceMs = SILENCE_MS }: EventsOptions,
  { address, wheel, retry, random }: EventsParts,
): AsyncGenerator<LiveEvent, void, undefined> {
  let start = after;
  let journal: string | undefined;
  let lastId: string | undefined;
  let failures = 0;
  let floorMs = 0;
  while (signal?.aborted !== true) {
    const connection = new Connection({ address, wheel, silenceMs, signal });
    try {
      const path = `/v1/events${queryOf({ pool: pools, after: start })}`;
      for await (const message of connection.messages(path, lastId)) {
        failures = 0;
        floorMs = message.retryMs ?? floorMs;
        const event = eventOf(message);
        // After a restore the place that we named is one of another journal: start anew.
        if (event?.type === 'update' && isOther(event.journal, journal)) {
          start = undefined;
          lastId = undefined;
          break;
        }
        journal = event?.journal ?? journal;
        // Moved only when the message is handed over: what a cut swallows is asked for again.
        lastId = message.id ?? lastId;
        if (event !== undefined) yield event;
      }
    } finally {
      connection.close();
    }
    failures += 1;
    const waitMs = Math.max(floorMs, connection.retryAfterMs) * random();
    await pause(waitMs + backoffMs(failures, retry, random), wheel, signal);
  }
}

interface ConnectionParts {
  address: ServerAddress;
  wheel: TimerWheel;
  silenceMs: number;
  signal: AbortSignal | undefined;
}

/** One connection to the feed, up to its cut. */
class Connection extends Timer {
  readonly #parts: ConnectionParts;
  readonly #controller = new AbortController();
  readonly #abort = () => this.#controller.abort();
  retryAfterMs = 0;

  constructor(parts: ConnectionParts) {
    super();
    this.#parts = parts;
    parts.signal?.addEventListener('abort', this.#abort);
  }

  async *messages(path: string, lastId: string | undefined): AsyncGenerator<Message> {
    this.#listen();
    const body = await this.#open(path, lastId);
    if (body === undefined) return;
    const reader = body.getReader();
    const lines = new EventLines();
    for (;;) {
      // A cut is no error: whoever reads comes back.
      const chunk = await reader.read().catch(() => undefined);
      if (chunk?.value === undefined) return;
      this.#listen();
      yield* lines.push(chunk.value);
    }
  }

  close(): void {
    this.#parts.wheel.clear(this);
    this.#parts.signal?.removeEventListener('abort', this.#abort);
    this.#controller.abort();
  }

  /** It has been silent for too long. */
  override fire(): void {
    this.#controller.abort();
  }

  #listen(): void {
    const { wheel, silenceMs } = this.#parts;
    wheel.set(this, wheel.time.nowMs() + silenceMs);
  }

  async #open(path: string, lastId: string | undefined) {
    const { url, apiKey, fetch } = this.#parts.address;
    const headers = headersOf({}, apiKey);
    headers.Accept = 'text/event-stream';
    if (lastId !== undefined) headers['Last-Event-ID'] = lastId;
    const { signal } = this.#controller;
    const init: RequestInit = { headers, signal, redirect: 'manual', cache: 'no-store' };
    const response = await fetch(url + path, init).catch(() => undefined);
    if (response === undefined) return undefined;
    if (response.status === 200 && response.body !== null) return response.body;
    this.retryAfterMs = retryAfterMs(response.headers) ?? 0;
    const body = await response.json().catch(() => undefined);
    const verdict = judge({ status: response.status, body, repeated: false });
    if (verdict.is !== 'passing') throw refused(readRefusal(body));
    return undefined;
  }
}

function isOther(journal: string | undefined, known: string | undefined): boolean {
  return journal !== undefined && known !== undefined && journal !== known;
}

function refused(refusal: Refusal | undefined): HoldfastClientError {
  return new HoldfastClientError(refusal === undefined ? 'unexpected-reply' : 'refused', {
    refusal,
  });
}

function eventOf({ event, data }: Message): LiveEvent | undefined {
  if (data === undefined) return undefined;
  const type = event === 'message' ? 'update' : event;
  return type === 'update' || type === 'snapshot' ? { type, ...JSON.parse(data) } : undefined;
}

function pause(ms: number, wheel: TimerWheel, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      wheel.clear(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = new Pause(done);
    wheel.set(timer, wheel.time.nowMs() + ms);
    if (signal?.aborted === true) done();
    else signal?.addEventListener('abort', done);
  });
}

class Pause extends Timer {
  readonly #done: () => void;

  constructor(done: () => void) {
    super();
    this.#done = done;
  }

  override fire(): void {
    this.#done();
  }
}

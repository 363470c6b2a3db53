// Sends one command or read over HTTP and gives back what came, or throws when no whole reply came.
// Never sends anything twice that may have taken effect: what became of a command whose reply is missing is for the
// caller to find out.

import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

export interface Ask {
  method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  path: string;
  body?: object;
  key?: string;
  /** Gives it up. */
  signal?: AbortSignal;
}

export interface Reply {
  status: number;
  /** What the ETag names. */
  version: number | undefined;
  /** The server says that it had answered this before. */
  replayed: boolean;
  body: Record<string, unknown>;
  /** When to ask again, if the server says so. */
  retryAfterS?: number;
}

/** Whoever carries commands; throws where the outcome is open. */
export interface Sender {
  send(ask: Ask): Promise<Reply>;
}

/** A reply that leaves open whether the command took effect would be worse than none: it is none. */
const UNDECIDED_FROM = 500;
/** By which a server that is given too little of a busy machine says that it has taken nothing. */
const NOT_TAKEN = new Set<unknown>(['overloaded', 'contended']);
const AGAIN_AFTER_MS = 50;
/** It is not busy any more, it is stuck. */
const TURNED_AWAY_MAX = 1_200;

export class HttpClient implements Sender {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly #port: number;

  constructor(port: number) {
    this.#port = port;
  }

  /** Asks again where it was turned away under load; throws when the connection broke or the server could not say. */
  async send(ask: Ask): Promise<Reply> {
    let reply = await this.exchange(ask);
    for (let left = TURNED_AWAY_MAX; left > 0 && isTurnedAway(reply); left -= 1) {
      await delay(AGAIN_AFTER_MS, undefined, { signal: ask.signal });
      reply = await this.exchange(ask);
    }
    if (reply.status < UNDECIDED_FROM) return reply;
    throw new Error(`${ask.method} ${ask.path}: ${reply.status} ${JSON.stringify(reply.body)}`);
  }

  exchange({ method, path, body, key, signal }: Ask): Promise<Reply> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers: Record<string, string> = {};
    if (text !== undefined) headers['content-type'] = 'application/json';
    if (key !== undefined) headers['idempotency-key'] = key;
    return new Promise((resolve, reject) => {
      const options = { port: this.#port, host: '127.0.0.1', method, path, headers };
      const ends = signal === undefined ? {} : { signal };
      const outgoing = request({ ...options, ...ends, agent: this.#agent }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('close', () => {
          if (!incoming.complete) reject(new Error('the reply broke off'));
          else resolve(readReply(incoming.statusCode!, incoming.headers, chunks));
        });
      });
      outgoing.on('error', reject);
      outgoing.end(text);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

function isTurnedAway({ status, body }: Reply): boolean {
  return status === 503 && NOT_TAKEN.has(body.code);
}

function readReply(status: number, headers: IncomingHttpHeaders, chunks: Buffer[]): Reply {
  const text = Buffer.concat(chunks).toString();
  const tag = /^"(\d+)"$/.exec(headers.etag ?? '')?.[1];
  const retryAfter = headers['retry-after'];
  return {
    ...(retryAfter === undefined ? {} : { retryAfterS: Number(retryAfter) }),
    status,
    version: tag === undefined ? undefined : Number(tag),
    replayed: headers['idempotency-replayed'] === 'true',
    body: text === '' ? {} : JSON.parse(text),
  };
}

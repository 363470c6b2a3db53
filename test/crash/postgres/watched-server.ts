// The way of the harness to one server, whichever process serves now, and what every answer must keep
// to: it comes in time, and a "no" that is nobody's fault is a 503 that says when to ask again.

import { type Ask, HttpClient, type Reply, type Sender } from '../http-client.ts';

/** The server's own limit for a request, and a little for a busy machine. */
const ANSWER_MAX_MS = 32_000;

/** What all answers of a run had in common. */
export class Answers {
  readonly wrong: string[] = [];
  slowestMs = 0;
  /** Answers that the database was away. */
  away = 0;

  look(ask: Ask, reply: Reply | undefined, tookMs: number): void {
    this.slowestMs = Math.max(this.slowestMs, tookMs);
    const name = `${ask.method} ${ask.path}`;
    if (tookMs > ANSWER_MAX_MS) this.wrong.push(`${name} took ${Math.round(tookMs)} ms`);
    if (reply === undefined || reply.status < 500) return;
    this.away += 1;
    if (reply.status !== 503 || !(reply.retryAfterS! > 0)) {
      this.wrong.push(`${name} was answered ${JSON.stringify(reply)}`);
    }
  }
}

export class WatchedServer implements Sender {
  readonly #answers: Answers;
  readonly #port: () => number;
  #client: { port: number; http: HttpClient } | undefined;

  constructor(port: () => number, answers: Answers) {
    this.#port = port;
    this.#answers = answers;
  }

  /** Throws where the outcome is open. */
  async send(ask: Ask): Promise<Reply> {
    const reply = await this.exchange(ask);
    if (reply.status < 500) return reply;
    throw new Error(`${ask.method} ${ask.path}: ${reply.status} ${JSON.stringify(reply.body)}`);
  }

  async exchange(ask: Ask): Promise<Reply> {
    const client = this.#connected();
    const startMs = performance.now();
    const late = setTimeout(() => client.close(), ANSWER_MAX_MS + 1_000);
    let reply: Reply | undefined;
    try {
      reply = await client.exchange(ask);
      return reply;
    } finally {
      clearTimeout(late);
      this.#answers.look(ask, reply, performance.now() - startMs);
    }
  }

  close(): void {
    this.#client?.http.close();
  }

  #connected(): HttpClient {
    const port = this.#port();
    if (this.#client?.port !== port) {
      this.close();
      this.#client = { port, http: new HttpClient(port) };
    }
    return this.#client.http;
  }
}

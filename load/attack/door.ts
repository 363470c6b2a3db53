// How everybody in an attack run comes to the servers: by the shop's proxy, which is trusted and says from where, or
// past it, from an address of their own. Sends and reads; knows who is honest no more than the servers do.

import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { Solver } from './solver.ts';

/** Trusted by the servers of the run. */
export const PROXY = '127.0.0.1';
/** Is on this machine too, and nobody's proxy. */
export const OUTSIDER = '127.0.0.2';

export interface From {
  /** Which end the connection has. */
  peer?: typeof PROXY | typeof OUTSIDER;
  /** `X-Forwarded-For`: one line, or several. */
  forwardedFor?: string | string[];
  headers?: Record<string, string>;
}

export interface Reply {
  /** 0: the connection was cut. */
  status: number;
  /** `order`, `ok`, or the code of the refusal, with its reason where one code has several. */
  code: string;
  // biome-ignore lint/suspicious/noExplicitAny: replies of every shape.
  body: any;
}

export interface Asked {
  method?: string;
  path: string;
  body?: object;
  from?: From;
  /** Which server, counted around. */
  at?: number;
  /** Of the command; another one each time if it is not said. */
  key?: string;
}

const CONNECTIONS_MAX = 64;

export class Door {
  /** Of those who attack. */
  readonly solver = new Solver();
  /** Of those who are honest: nobody's work waits behind that of a crowd. */
  readonly honestSolver = new Solver();
  readonly #urls: () => readonly string[];
  readonly #agents = new Map<string, Agent>();

  /** Of the servers that run now: they may be started again elsewhere. */
  constructor(urls: () => readonly string[]) {
    this.#urls = urls;
  }

  get servers(): number {
    return this.#urls().length;
  }

  ask({
    method = 'POST',
    path,
    body,
    from = {},
    at = 0,
    key = randomUUID(),
  }: Asked): Promise<Reply> {
    const { peer = PROXY, forwardedFor, headers = {} } = from;
    const urls = this.#urls();
    const text = body === undefined ? undefined : JSON.stringify(body);
    const sent: Record<string, string | string[] | number> = { ...headers };
    if (method === 'POST') sent['idempotency-key'] = key;
    if (forwardedFor !== undefined) sent['x-forwarded-for'] = forwardedFor;
    if (text !== undefined) {
      sent['content-type'] = 'application/json';
      sent['content-length'] = Buffer.byteLength(text);
    }
    const options = { method, headers: sent, agent: this.#agent(peer), localAddress: peer };
    return new Promise((resolve) => {
      const asking = request(`${urls[at % urls.length]}${path}`, options, (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece) => pieces.push(piece));
        response.on('end', () => resolve(read(response.statusCode!, Buffer.concat(pieces))));
        response.on('error', () => resolve(CUT));
      });
      asking.on('error', () => resolve(CUT));
      asking.end(text);
    });
  }

  /** Connections; others are made as they are needed. */
  hangUp(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }

  async close(): Promise<void> {
    this.hangUp();
    await Promise.all([this.solver.close(), this.honestSolver.close()]);
  }

  #agent(peer: string): Agent {
    let agent = this.#agents.get(peer);
    if (agent === undefined) {
      agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS_MAX });
      this.#agents.set(peer, agent);
    }
    return agent;
  }
}

const CUT: Reply = { status: 0, code: 'no-answer', body: {} };

function read(status: number, bytes: Buffer): Reply {
  let body: Reply['body'] = {};
  try {
    body = JSON.parse(bytes.toString());
  } catch {
    // What is no JSON has no code either.
  }
  if (status < 300) return { status, code: body.orderId === undefined ? 'ok' : 'order', body };
  return { status, code: codeOf(status, body), body };
}

/** With what says which of its kind it is. */
function codeOf(status: number, { code, reason, per }: Reply['body']): string {
  if (code === undefined) return `status-${status}`;
  if (code === 'challenge-failed' || code === 'place-over') return `${code}:${reason}`;
  return code === 'limit-exceeded' ? `${code}:${per}` : code;
}

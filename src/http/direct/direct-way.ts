// The direct way of the hottest routes: their requests are read, checked and answered without Node's
// HTTP server and the framework, which take more of such a request than all the rest. Every connection
// begins here. Whatever is not plain, not a direct route or not right goes to the framework, which
// alone says what was wrong with it. Holds no rule: checks, shapes and routes are those of the framework.

import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { TrustedProxies } from '../../admission/trusted-proxies.ts';
import type { Connections } from '../connections.ts';
import type { Answering } from '../exchange.ts';
import { parsePlainJson } from '../json-body.ts';
import type { RequestCheck } from '../request-checks.ts';
import { lookForLateEveryMs, type ServerLimits } from '../server-limits.ts';
import { DirectConnection } from './direct-connection.ts';
import { DirectReply, type ReplyTo } from './direct-reply.ts';
import { type CameFrom, DirectRequest } from './direct-request.ts';
import type { DirectRoutes, FoundRoute } from './direct-routes.ts';
import type { PlainMessage } from './plain-message.ts';

export interface DirectParts {
  server: Server;
  connections: Connections;
  routes: DirectRoutes;
  checks: readonly RequestCheck[];
  limits: ServerLimits;
  proxies: TrustedProxies;
  /** Answers what was thrown. */
  fail: (error: unknown, reply: Answering) => void;
  /** Answers a connection that was late with its request, and ends it. */
  late: (socket: Socket) => void;
}

const JSON_TYPE = /^application\/json(?:; ?charset=utf-8)?$/i;
/** A client that was told how long it may wait may send at the last moment; Node waits as long. */
const KEEP_ALIVE_SPARE_MS = 1_000;

export class DirectWay {
  readonly #parts: DirectParts;
  readonly #taken = new Set<DirectConnection>();
  readonly #framework: readonly ((socket: Socket) => void)[];
  #ending = false;

  /** Must be made before anything else listens for connections. */
  constructor(parts: DirectParts) {
    this.#parts = parts;
    const { server, limits } = parts;
    this.#framework = server.listeners('connection') as ((socket: Socket) => void)[];
    server.removeAllListeners('connection');
    const look = setInterval(() => this.#look(), lookForLateEveryMs(limits)).unref();
    server.once('close', () => clearInterval(look));
    server.on('connection', (socket: Socket) => {
      this.#taken.add(new DirectConnection(this, parts.connections.opened(socket)));
    });
  }

  get connections(): Connections {
    return this.#parts.connections;
  }

  get proxies(): TrustedProxies {
    return this.#parts.proxies;
  }

  get headMaxBytes(): number {
    return this.#parts.limits.headersMaxBytes;
  }

  /** As Node says it: whole seconds. */
  get keepAliveS(): number {
    return Math.floor(this.#parts.limits.keepAliveMs / 1_000);
  }

  /** From now on everything goes to the framework, which tells those who still ask to close. */
  stop(): void {
    this.#ending = true;
  }

  routeOf({ address }: PlainMessage): FoundRoute | undefined {
    return this.#ending ? undefined : this.#parts.routes.find(address);
  }

  /** False: nothing was done and nothing answered, and the framework has to say what is wrong. */
  carry(found: FoundRoute, message: PlainMessage, by: CameFrom & ReplyTo): boolean {
    const reply = new DirectReply(by);
    const request = new DirectRequest(found, message, by);
    try {
      for (const check of this.#parts.checks) if (!check(request, reply)) return true;
      if (!this.#readBody(request, found, message)) return false;
      found.route.answer(request, reply);
    } catch (error) {
      this.fail(error, reply);
    }
    return true;
  }

  fail(error: unknown, reply: Answering): void {
    this.#parts.fail(error, reply);
  }

  forget(connection: DirectConnection): void {
    this.#taken.delete(connection);
  }

  giveToFramework(socket: Socket): void {
    for (const listener of this.#framework) listener.call(this.#parts.server, socket);
    if (socket.isPaused()) socket.resume();
  }

  #readBody(request: DirectRequest, { route }: FoundRoute, message: PlainMessage): boolean {
    const { headers, body } = message;
    if (route.check === undefined) return body === '';
    const type = headers['content-type'];
    if (type === undefined ? body !== '' : !JSON_TYPE.test(type)) return false;
    if (Number(headers['content-length'] ?? 0) > this.#parts.limits.bodyMaxBytes) return false;
    const read = body === '' ? null : parsePlainJson(body);
    const checked = route.check(read);
    request.body = checked !== true && 'value' in checked ? checked.value : read;
    return checked === true || 'value' in checked;
  }

  /** What Node's server does for the connections that are its own. */
  #look(): void {
    const { keepAliveMs, headersTimeoutMs } = this.#parts.limits;
    const nowMs = performance.now();
    for (const connection of this.#taken) {
      const { idleMs, hasAsked } = connection.idle(nowMs);
      if (!hasAsked && idleMs > headersTimeoutMs) this.#parts.late(connection.socket);
      else if (idleMs > keepAliveMs + KEEP_ALIVE_SPARE_MS) connection.socket.destroy();
    }
  }
}

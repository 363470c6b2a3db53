// A real HTTP server that webhooks are sent to: it notes what came, and answers as the test says. May hang,
// be killed, and come back on the same port.

import { EventEmitter, once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { lastingPort } from './free-port.ts';

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events of every shape.
  event: any;
}

export type AnswerTo = (reply: ServerResponse, received: Received) => void;

export class Receiver {
  readonly received: Received[] = [];
  answer: AnswerTo = (reply) => reply.writeHead(204).end();
  readonly port: number;
  readonly #came = new EventEmitter();
  #server: Server;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
    this.#listen(server);
  }

  static async start(): Promise<Receiver> {
    const server = createServer();
    server.listen(await lastingPort(), '127.0.0.1');
    await once(server, 'listening');
    return new Receiver(server, (server.address() as AddressInfo).port);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`;
  }

  /** Types of the events that came. */
  get types(): string[] {
    return this.received.map(({ event }) => event.type);
  }

  get isUp(): boolean {
    return this.#server.listening;
  }

  async stop(): Promise<void> {
    if (!this.isUp) return;
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async comeBack(): Promise<void> {
    this.#server = createServer();
    this.#listen(this.#server);
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  /** Resolves once `many` requests have come. */
  async has(many: number): Promise<void> {
    while (this.received.length < many) await once(this.#came, 'came');
  }

  #listen(server: Server): void {
    server.on('request', async (request, reply) => {
      const body = await text(request);
      const { url: path = '', headers } = request;
      const received = { path, headers, body, event: JSON.parse(body) };
      this.received.push(received);
      this.#came.emit('came');
      this.answer(reply, received);
    });
  }
}

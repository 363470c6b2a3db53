// Stands between nginx and a server, hands everything on as it comes, and notes it: what reached the server, with its
// headers. A server that is away it is away for, too.

import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Reached {
  /** `GET /sales/spring`. */
  request: string;
  headers: IncomingMessage['headers'];
}

export class NotingRelay {
  readonly reached: Reached[] = [];
  readonly #to: string;
  readonly #server = createServer((asked, reply) => this.#handOn(asked, reply));

  private constructor(to: string) {
    this.#to = to;
  }

  static async open(to: string): Promise<NotingRelay> {
    const relay = new NotingRelay(to);
    relay.#server.listen(0, '127.0.0.1');
    await once(relay.#server, 'listening');
    return relay;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  #handOn(asked: IncomingMessage, reply: ServerResponse): void {
    const { method, url, headers } = asked;
    this.reached.push({ request: `${method} ${url}`, headers });
    const on = request(this.#to + url, { method: method!, headers }, (answer) => {
      reply.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(reply);
    });
    on.on('error', () => reply.destroy());
    reply.on('close', () => on.destroy());
    asked.pipe(on);
  }
}

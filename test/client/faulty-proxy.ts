// A TCP proxy between a client and a server that breaks connections on purpose, at the moments that
// matter: before a request has been forwarded, after the server has carried it out, in the middle of
// a reply. Knows HTTP/1.1 only as far as where a request ends. Decides nothing: the test does.

import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/**
 * `hold`: the request never reaches the server and nothing comes back. `cut-before`: the connection
 * ends, the server has seen nothing. `cut-after`: the server has answered, the client hears nothing.
 * `cut-within`: the client gets the first half of the reply. A number: that status, from the proxy.
 */
export type Fault = 'none' | 'hold' | 'cut-before' | 'cut-after' | 'cut-within' | 429 | 502 | 503;

export interface SeenRequest {
  /** `POST /v1/reservations`. */
  line: string;
  key: string | undefined;
  body: string;
}

export class FaultyProxy {
  readonly seen: SeenRequest[] = [];
  /** What to do to a request; `count` counts all of them from 0. */
  fault: (request: SeenRequest, count: number) => Fault = () => 'none';
  /** More headers, each with its line end, for the replies that the proxy makes itself. */
  headers = '';
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #upstreamPort: number;
  #onSeen: (() => void) | undefined;

  private constructor(upstreamPort: number) {
    this.#upstreamPort = upstreamPort;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  static async open(upstreamUrl: string): Promise<FaultyProxy> {
    const proxy = new FaultyProxy(Number(new URL(upstreamUrl).port));
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get url(): string {
    const { port } = this.#server.address() as { port: number };
    return `http://127.0.0.1:${port}`;
  }

  /** Resolves once so many requests have arrived in all. */
  async sawRequests(count: number): Promise<void> {
    while (this.seen.length < count) {
      await new Promise<void>((resolve) => {
        this.#onSeen = resolve;
      });
    }
  }

  /** Ends every connection, whatever is on its way. */
  cutAll(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.cutAll();
    await closed;
  }

  #serve(socket: Socket): void {
    const upstream = connect(this.#upstreamPort, '127.0.0.1');
    let fault: Fault = 'none';
    let open = '';
    for (const [one, other] of [[socket, upstream] as const, [upstream, socket] as const]) {
      this.#sockets.add(one);
      one.setNoDelay(true);
      one.on('error', () => {});
      one.on('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
    }
    socket.on('data', (chunk) => {
      open += chunk.toString('latin1');
      for (let end = requestEnd(open); end > 0; end = requestEnd(open)) {
        const text = open.slice(0, end);
        open = open.slice(end);
        fault = this.#take(text);
        if (fault === 'cut-before') socket.destroy();
        else if (typeof fault === 'number') socket.write(this.#madeReply(fault));
        else if (fault !== 'hold') upstream.write(Buffer.from(text, 'latin1'));
      }
    });
    upstream.on('data', (chunk) => {
      if (fault === 'cut-after') socket.destroy();
      else if (fault === 'cut-within') {
        socket.write(chunk.subarray(0, chunk.length >> 1), () => socket.destroy());
      } else socket.write(chunk);
    });
  }

  #take(text: string): Fault {
    const headEnd = text.indexOf('\r\n\r\n');
    const request: SeenRequest = {
      line: text.slice(0, text.indexOf(' HTTP/1.1')),
      key: /^idempotency-key: (.*)$/im.exec(text.slice(0, headEnd))?.[1],
      body: text.slice(headEnd + 4),
    };
    this.seen.push(request);
    const fault = this.fault(request, this.seen.length - 1);
    this.#onSeen?.();
    return fault;
  }

  #madeReply(status: number): string {
    return `HTTP/1.1 ${status} Faulty\r\n${this.headers}Content-Length: 0\r\n\r\n`;
  }
}

/** Where the first whole request ends; 0 while it is not there yet. */
function requestEnd(text: string): number {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return 0;
  const length = /^content-length: (\d+)$/im.exec(text.slice(0, headEnd))?.[1];
  const end = headEnd + 4 + Number(length ?? 0);
  return text.length >= end ? end : 0;
}

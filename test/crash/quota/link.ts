// The line between a node and its centre, a TCP proxy: open, cut, deaf (what the centre says is lost),
// or held up (nothing passes until the line is good again, and then all of it does, late).

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export type LineState = 'open' | 'cut' | 'deaf' | 'held';

export class Link {
  readonly port: number;
  targetPort = 0;
  #state: LineState = 'open';
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #held: (() => void)[] = [];

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (socket: Socket) => this.#serve(socket));
  }

  static async open(): Promise<Link> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Link(server);
  }

  set state(state: LineState) {
    this.#state = state;
    if (state === 'cut') for (const socket of this.#sockets) socket.destroy();
    if (state !== 'open') return;
    for (const pass of this.#held.splice(0)) pass();
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #serve(node: Socket): void {
    if (this.#state === 'cut') {
      node.destroy();
      return;
    }
    // What a node has given up may still arrive: its end of the line does not close the other.
    const centre = connect({ port: this.targetPort, host: '127.0.0.1' });
    for (const socket of [node, centre]) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => this.#sockets.delete(socket));
    }
    node.on('data', (chunk) => {
      const pass = () => {
        if (!centre.destroyed) centre.write(chunk);
      };
      if (this.#state === 'held') this.#held.push(pass);
      else pass();
    });
    node.on('close', () => {
      if (this.#held.length === 0) centre.destroy();
    });
    centre.on('data', (chunk) => {
      if (this.#state === 'open' && !node.destroyed) node.write(chunk);
    });
    centre.on('close', () => node.destroy());
  }
}

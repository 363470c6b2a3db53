// Knows the connections of a server and how many requests each has in hand. When the server stops it
// ends those without one: browsers open connections that they may never use, and a server that waits
// for those would close minutes later. Node's own closeIdleConnections spares connections that never
// asked anything.

import type { Server } from 'node:http';
import type { Socket } from 'node:net';

export class Connections {
  readonly #connections = new Map<Socket, { requests: number }>();
  #inFlight = 0;
  #ending = false;

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.#connections.set(socket, { requests: 0 });
      socket.once('close', () => this.#connections.delete(socket));
    });
    // Before any hook asks for the count.
    server.prependListener('request', ({ socket }, response) => {
      const connection = this.#connections.get(socket);
      // A connection that is gone has no requests any more.
      if (connection !== undefined) connection.requests += 1;
      this.#inFlight += 1;
      // Comes once by itself; `once` would take its listener away from each response.
      response.on('close', () => {
        this.#inFlight -= 1;
        if (connection === undefined) return;
        connection.requests -= 1;
        if (this.#ending && connection.requests === 0) socket.destroySoon();
      });
    });
  }

  /** Requests that are not yet answered, the one that asks included. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Ends what is idle, now and from now on. */
  endIdle(): void {
    this.#ending = true;
    for (const [socket, { requests }] of this.#connections) {
      if (requests === 0) socket.destroySoon();
    }
  }
}

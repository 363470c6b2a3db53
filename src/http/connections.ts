// Knows the connections of a server and how many requests each has in hand. When the server stops it
// ends those without one: browsers open connections that they may never use, and a server that waits
// for those would close minutes later. Node's own closeIdleConnections spares connections that never
// asked anything.

import type { Server } from 'node:http';
import type { Socket } from 'node:net';

export class Connections {
  readonly #requests = new Map<Socket, number>();
  #inFlight = 0;
  #ending = false;

  constructor(server: Server) {
    server.on('connection', (socket: Socket) => {
      this.#requests.set(socket, 0);
      socket.once('close', () => this.#requests.delete(socket));
    });
    // Before any hook asks for the count.
    server.prependListener('request', ({ socket }, response) => {
      this.#count(socket, 1);
      response.once('close', () => {
        this.#count(socket, -1);
        if (this.#ending && this.#requests.get(socket) === 0) socket.destroySoon();
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
    for (const [socket, count] of this.#requests) if (count === 0) socket.destroySoon();
  }

  #count(socket: Socket, change: 1 | -1): void {
    this.#inFlight += change;
    const count = this.#requests.get(socket);
    // A connection that is gone has no requests any more.
    if (count !== undefined) this.#requests.set(socket, count + change);
  }
}

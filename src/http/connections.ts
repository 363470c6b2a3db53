// Knows the connections of a server and how many requests each has in hand. When the server stops it
// ends those without one: browsers open connections that they may never use, and a server that waits
// for those would close minutes later. Node's own closeIdleConnections spares connections that never
// asked anything.

import type { Server } from 'node:http';
import type { Socket } from 'node:net';

export interface OpenConnection {
  readonly socket: Socket;
  requests: number;
}

export class Connections {
  readonly #connections = new Map<Socket, OpenConnection>();
  #inFlight = 0;
  #ending = false;

  /** Counts the requests that Node's server reads; who reads others says so. */
  constructor(server: Server) {
    // Before any hook asks for the count.
    server.prependListener('request', ({ socket }, response) => {
      const connection = this.#connections.get(socket);
      this.began(connection);
      // Comes once by itself; `once` would take its listener away from each response.
      response.on('close', () => this.ended(connection));
    });
  }

  opened(socket: Socket): OpenConnection {
    const connection = { socket, requests: 0 };
    this.#connections.set(socket, connection);
    socket.once('close', () => this.#connections.delete(socket));
    return connection;
  }

  /** A connection that is gone has no requests any more. */
  began(connection: OpenConnection | undefined): void {
    this.#inFlight += 1;
    if (connection !== undefined) connection.requests += 1;
  }

  ended(connection: OpenConnection | undefined): void {
    this.#inFlight -= 1;
    if (connection === undefined) return;
    connection.requests -= 1;
    if (this.#ending && connection.requests === 0) connection.socket.destroySoon();
  }

  /** Requests that are not yet answered, the one that asks included. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Ends what is idle, now and from now on. */
  endIdle(): void {
    this.#ending = true;
    for (const { socket, requests } of this.#connections.values()) {
      if (requests === 0) socket.destroySoon();
    }
  }

  /** Ends all, whatever they have in hand. */
  cut(): void {
    for (const { socket } of this.#connections.values()) socket.destroy();
  }
}

// Knows which connections have a request in hand, so that closing the server can end the others at
// once: browsers open connections that they may never use, and a server that waits for those would
// close minutes later. Node's own closeIdleConnections spares connections that never asked anything.

import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Starts watching a server; the function it returns ends what is idle, now and from now on. */
export function watchConnections(server: Server): () => void {
  const requests = new Map<Socket, number>();
  let closing = false;
  server.on('connection', (socket: Socket) => {
    requests.set(socket, 0);
    socket.once('close', () => requests.delete(socket));
  });
  server.on('request', ({ socket }, response) => {
    requests.set(socket, (requests.get(socket) ?? 0) + 1);
    response.once('close', () => {
      const left = (requests.get(socket) ?? 1) - 1;
      if (requests.has(socket)) requests.set(socket, left);
      if (closing && left === 0) socket.destroySoon();
    });
  });
  return () => {
    closing = true;
    for (const [socket, count] of requests) if (count === 0) socket.destroySoon();
  };
}

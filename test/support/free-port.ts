// A TCP port of this machine that nobody listens on, for a server that a test starts as a process of its own.

import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * One that the system gives to no outgoing connection, so that a server which goes away finds it free
 * when it comes back: who knocks meanwhile could otherwise be connected with himself. No other test draws it while
 * this process lives, be it that nobody listens there yet, or not at the moment.
 */
export async function lastingPort(): Promise<number> {
  for (;;) {
    const port = randomInt(15_000, 32_000);
    if (!(await isOurs(port))) continue;
    const server = createServer().listen(port, '127.0.0.1');
    const free = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!free) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}

/** Names of Linux that are in no folder: each belongs to one process, and goes with it. */
async function isOurs(port: number): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  const mark = createServer().listen(`\0holdfast-test-port-${port}`).unref();
  return once(mark, 'listening').then(
    () => true,
    () => false,
  );
}
